import type { Finding, Severity } from '../../finding';
import type { FlowReport } from '../flow-report/flow-report';

/** What a run counted, for those who watch runs. */
export interface RunCounts {
  /** The command without `portcullis`: `check`. */
  readonly command: string;
  readonly findings: readonly Finding[];
  /**
   * What was allowed and blocked.
   * @default - the command looks at no flows
   */
  readonly flows?: Pick<FlowReport, 'allowed' | 'blocked'>;
}

/** Findings of one rule and severity. */
export interface FindingCount {
  readonly rule: string;
  readonly severity: Severity;
  readonly count: number;
}

/** Numbers of findings, by rule and severity, sorted. Places are left out: they would make a series of each. */
export function findingCounts(findings: readonly Finding[]): readonly FindingCount[] {
  const counts = new Map<string, FindingCount>();
  for (const { rule, severity } of findings) {
    const key = `${rule} ${severity}`;
    counts.set(key, { rule, severity, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, count]) => count);
}
