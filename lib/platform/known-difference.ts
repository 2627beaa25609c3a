/**
 * A difference between what a program declares and what its manifests allow that is meant: policies rendered as somebody
 * wrote them have their faults. Anything beyond the list fails the run.
 */
export interface KnownDifference {
  /** Id of the finding, such as `reachable-not-declared`. */
  readonly rule: string;
  /**
   * Sources that it concerns, as messages name them: `ns/name`, with `*` for any text.
   * @default - any
   */
  readonly from?: string;
  /**
   * Targets that it concerns.
   * @default - any
   */
  readonly to?: string;
  /** Why it is as it is; printed with the run. */
  readonly reason: string;
}
