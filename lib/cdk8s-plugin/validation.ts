import { isAbsolute, relative, sep } from 'node:path';
import { analyse } from '../analysis/analysis';
import { type CheckFinding, check } from '../analysis/check';
import { loadManifests } from '../analysis/load/load';
import { type Finding, formatWhere, InvalidValueError, type Severity } from '../finding';
import { type OutputRoot, outputRoots } from './output-root';

/** What `properties` of a validation in `cdk8s.yaml` may say. */
export interface PortcullisValidationProps {
  /**
   * Least severe finding that fails the synthesis.
   * @default error
   */
  readonly failOn?: Severity;
  /**
   * Outputs that are not checked.
   * @default - all are
   */
  readonly exclude?: readonly ExcludedOutput[];
}

/** An output that is not meant for a cluster. */
export interface ExcludedOutput {
  /** Folder, as it stands in the path of the output: `reference/portarium`. */
  readonly folder: string;
  readonly reason: string;
}

/** What cdk8s hands to a validation, as far as it is used here. */
export interface CheckedContext {
  /** Files that were synthesized. */
  readonly manifests: readonly string[];
  readonly report: {
    addViolation(violation: Violation): void;
    submit(status: 'success' | 'failure', metadata?: Readonly<Record<string, string>>): void;
  };
}

/** A finding as cdk8s takes it. */
export interface Violation {
  readonly ruleName: string;
  readonly recommendation: string;
  readonly fix: string;
  readonly violatingResources: readonly {
    readonly resourceName: string;
    readonly locations: readonly string[];
    readonly manifestPath: string;
  }[];
}

const SEVERITIES: readonly Severity[] = ['info', 'warning', 'error'];

/**
 * Holds the rules of `portcullis check` against what `cdk8s synth` wrote, so that it fails on findings.
 * @see https://cdk8s.io/docs/latest/plugins/cdk8s-validations/
 * @example
 * # cdk8s.yaml
 * validations:
 *   - package: ./node_modules/portcullis/dist/lib/cdk8s-plugin
 *     version: 0.1.0
 *     class: PortcullisValidation
 */
export class PortcullisValidation {
  private readonly failOn: Severity;
  private readonly exclude: readonly ExcludedOutput[];

  /** @throws InvalidValueError for properties that nobody knows, or that have the wrong shape */
  constructor(props: PortcullisValidationProps = {}) {
    const problem = propsProblem(props);
    if (problem !== undefined) {
      const fix = "write failOn: error, warning or info, and exclude: [{ folder: reference, reason: '…' }]";
      throw new InvalidValueError({ message: `properties of PortcullisValidation in cdk8s.yaml: ${problem}`, fix });
    }
    this.failOn = props.failOn ?? 'error';
    this.exclude = props.exclude ?? [];
  }

  async validate(context: CheckedContext): Promise<void> {
    const roots = outputRoots(context.manifests);
    const excluded = roots.filter((root) => this.isExcluded(root));
    const findings = roots.filter((root) => !excluded.includes(root)).flatMap(findingsOf);
    const failing = findings.filter(({ severity }) => SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(this.failOn));
    // cdk8s prints one recommendation for each violation, and each finding has its own.
    for (const finding of failing) context.report.addViolation(violation(finding));
    const counts = SEVERITIES.map((severity) => {
      return [`${severity} findings`, String(findings.filter((finding) => finding.severity === severity).length)];
    });
    context.report.submit(failing.length === 0 ? 'success' : 'failure', {
      ...Object.fromEntries(counts.reverse()),
      ...(excluded.length === 0
        ? {}
        : { 'not checked': excluded.map(({ folder = '' }) => shortest(folder)).join(', ') }),
    });
  }

  private isExcluded({ folder }: OutputRoot): boolean {
    return this.exclude.some(({ folder: excluded }) => `${folder}${sep}`.includes(`${sep}${excluded}${sep}`));
  }
}

function propsProblem(props: PortcullisValidationProps): string | undefined {
  const unknown = Object.keys(props).find((key) => key !== 'failOn' && key !== 'exclude');
  if (unknown !== undefined) return `'${unknown}' is unknown`;
  if (props.failOn !== undefined && !SEVERITIES.includes(props.failOn)) return `failOn cannot be '${props.failOn}'`;
  if (props.exclude === undefined) return undefined;
  const isReasoned = (one: Partial<ExcludedOutput>) =>
    [one.folder, one.reason].every((text) => typeof text === 'string' && text.trim() !== '');
  return Array.isArray(props.exclude) && props.exclude.every(isReasoned)
    ? undefined
    : 'exclude has to be a list of folders, each with a reason';
}

function findingsOf({ paths }: OutputRoot): readonly Finding[] {
  const analysis = analyse(loadManifests(paths));
  return [...analysis.findings, ...check(analysis).findings];
}

function violation(finding: Finding): Violation {
  const { rule, where, message, fix } = finding;
  const { object, construct } = finding as Partial<CheckFinding>;
  const file = where.file ?? '';
  const locations = [formatWhere(where), ...(construct === undefined ? [] : [`construct ${construct}`])];
  const violatingResources = [{ resourceName: object ?? file, locations, manifestPath: file }];
  return { ruleName: rule, recommendation: message, fix, violatingResources };
}

function shortest(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}
