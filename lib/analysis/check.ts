import type { Finding, Where } from '../finding';
import type { Analysis } from './analysis';
import { RULES } from './rules/index';
import type { Rule, RuleFinding } from './rules/rule';
import { Suppressions } from './rules/suppressions';

/** Accepts a finding that is known and meant. */
export interface Suppression {
  /** Id of the rule. */
  readonly rule: string;
  /**
   * The object that the finding is about, `NetworkPolicy portarium-agents/default-deny`.
   * @default - every object
   */
  readonly object?: string;
  /** Why this is as it should be. */
  readonly reason: string;
  /**
   * Where the suppression was written.
   * @default - a file called `suppressions`
   */
  readonly where?: Where;
}

export interface CheckOptions {
  /** @default - only those that annotations of objects state */
  readonly suppressions?: readonly Suppression[];
  /** @default - all */
  readonly rules?: readonly Rule[];
  /** Hears after each rule how many have been held against the manifests, and of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A finding with the object that it is about. */
export interface CheckFinding extends Finding {
  /** File and line of the field. */
  readonly where: { readonly file: string; readonly line?: number };
  /** `NetworkPolicy portarium-agents/default-deny`. */
  readonly object: string;
  /** Path of the construct that rendered the object, where it is known. */
  readonly construct?: string;
}

export interface SuppressedFinding {
  readonly finding: CheckFinding;
  readonly reason: string;
}

export interface CheckResult {
  /**
   * What the rules found, and suppressions that are malformed or suppress nothing; by file, line and rule. What could not
   * be read is in `analysis.findings`.
   */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
}

/**
 * Holds every rule against manifests.
 * @example
 * const { findings } = check(analyse(loadManifests(['dist/manifests/prod'])));
 */
export function check(analysis: Analysis, options: CheckOptions = {}): CheckResult {
  const rules = options.rules ?? RULES;
  const suppressions = new Suppressions(analysis, options.suppressions ?? [], rules);
  const findings: CheckFinding[] = [];
  const suppressed: SuppressedFinding[] = [];
  for (const [number, rule] of rules.entries()) {
    for (const found of rule.check(analysis)) {
      const finding = checkFinding(rule, found);
      const reason = suppressions.reasonFor(finding);
      if (reason === undefined) findings.push(finding);
      else suppressed.push({ finding, reason });
    }
    options.onProgress?.(number + 1, rules.length);
  }
  return {
    findings: [...findings, ...suppressions.findings()].sort(compareFindings),
    suppressed: suppressed.sort((a, b) => compareFindings(a.finding, b.finding)),
  };
}

function checkFinding(rule: Rule, { at, message, fix, severity = rule.severity }: RuleFinding): CheckFinding {
  const { source, path, object } = at;
  const where = { file: source.file, line: source.lineOf(path) };
  const construct = source.construct === undefined ? {} : { construct: source.construct };
  return { rule: rule.id, severity, where, message, fix, object, ...construct };
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    compareText(fileOf(a), fileOf(b)) ||
    lineOf(a) - lineOf(b) ||
    compareText(a.rule, b.rule) ||
    compareText(a.message, b.message)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function fileOf({ where }: Finding): string {
  return where.file ?? '';
}

function lineOf({ where }: Finding): number {
  return 'construct' in where ? 0 : (where.line ?? 0);
}
