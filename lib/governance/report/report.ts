import { type Finding, formatWhere } from '../../finding';

/** Findings of a run, ready for a machine that reads reports. */
export interface FindingsReport {
  /** The command without `portcullis`: `check`. */
  readonly command: string;
  /** Version of this package. */
  readonly version: string;
  readonly findings: readonly ReportedFinding[];
  /** Every rule that was held, also those that found nothing. */
  readonly rules: readonly ReportedRule[];
}

/** A finding with the object that it is about, where there is one. */
export interface ReportedFinding extends Finding {
  readonly object?: string;
  readonly construct?: string;
}

export interface ReportedRule {
  readonly id: string;
  /** What it finds, in a few words. */
  readonly title: string;
}

/** The rules of a report, and those that only findings name, sorted by id. */
export function allRules({ rules, findings }: FindingsReport): readonly ReportedRule[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  for (const { rule } of findings) if (!byId.has(rule)) byId.set(rule, { id: rule, title: titleOf(rule) });
  return [...byId.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** `lock-syntax` as `Lock syntax`. */
function titleOf(id: string): string {
  return `${id.charAt(0).toUpperCase()}${id.slice(1).replaceAll('-', ' ')}`;
}

/** File, line and column of a finding; a construct has the settings file at most. */
export function fileOf({ where }: Finding): {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
} {
  if (!('construct' in where)) return where;
  return where.file === undefined ? {} : { file: where.file };
}

/** What is wrong and what to do, in one paragraph; with the construct where no line tells. */
export function textOf(finding: ReportedFinding): string {
  const { where, message, fix, construct } = finding;
  const path = construct ?? ('construct' in where ? where.construct : undefined);
  return `${path === undefined || path === '' ? '' : `[${path}] `}${message}\n→ ${fix}`;
}

/** The place in one line. */
export function placeOf(finding: Finding): string {
  return formatWhere(finding.where);
}
