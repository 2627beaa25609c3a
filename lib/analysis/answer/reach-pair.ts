import type { Segment } from '../connection/connection';
import type { PortRange } from '../graph/port-ranges';
import type { Grants } from './grant';
import type { Peer } from './peer';
import type { ReachEnd } from './reach-end';

/** Which connections somebody wants to see. */
export interface ReachQuery {
  /** @default - every workload, and everything outside towards workloads */
  readonly from?: Peer;
  /** @default - everything */
  readonly to?: Peer;
  /** Only what is allowed on these ports. */
  readonly port?: PortRange;
  /**
   * Whether to say which rules let each connection pass. Reads the manifests again for the lines.
   * @default false
   */
  readonly grants?: boolean;
  /**
   * Whether workloads that no policy tells apart are shown one by one, or one of them for all.
   * @default each
   */
  readonly alike?: 'each' | 'together';
}

/** Two ends, and what the one may send to the other one. */
export interface ReachPair {
  readonly from: ReachEnd;
  readonly to: ReachEnd;
  /** Never empty; the same list where the same is allowed. */
  readonly segments: readonly Segment[];
  /** For names: whether a DNS rule of the source lets the name be resolved, without which the rule for it is void. */
  readonly resolvable?: boolean;
  /** Rules of the source and of the destination; there if somebody asked. */
  readonly grants?: { readonly egress?: Grants; readonly ingress?: Grants };
}
