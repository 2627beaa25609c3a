import type { Finding } from '../../finding';
import type { CheckResult } from '../check';
import type { AnalysisDialect } from '../dialect';

/** What a check of manifests came to, before it is in any format. */
export interface CheckReport extends CheckResult {
  readonly dialect: AnalysisDialect;
  /** What could not be read or evaluated, and what the rules found. */
  readonly findings: readonly Finding[];
  /** Objects that were read. */
  readonly objects: number;
  readonly policies: number;
}
