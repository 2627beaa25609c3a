import type { Segment } from '../connection/connection';
import type { PortRange } from '../graph/port-ranges';
import type { Direction } from '../policy/policy-model';
import type { Place } from './grant';
import type { NameResolution } from './name-resolution';
import type { Peer } from './peer';
import type { ReachEnd } from './reach-end';

export interface ExplainQuery {
  readonly from: Peer;
  readonly to: Peer;
  readonly port: PortRange;
  /**
   * Most verdicts to work out; the others are counted.
   * @default 100
   */
  readonly limit?: number;
}

/** Whether one end may connect to another one, and why. */
export interface Explanation {
  readonly query: Omit<ExplainQuery, 'limit'>;
  /** `some` if ends that were asked about differ, or ports do. */
  readonly allowed: 'yes' | 'no' | 'some';
  /** One for each pair of ends that policies tell apart. */
  readonly verdicts: readonly Verdict[];
  /** Number of pairs that were not looked at, beyond the limit. */
  readonly omitted: number;
}

export interface Verdict {
  readonly from: ReachEnd;
  readonly to: ReachEnd;
  /** `some` if only a part of the ports is open. */
  readonly allowed: 'yes' | 'no' | 'some';
  /** What is allowed, with the requests and the authentication that it takes. */
  readonly segments: readonly Segment[];
  /** True for a pod and itself, which no policy parts. */
  readonly isSelf?: true;
  /** At the source; undefined where it is no pod. */
  readonly egress?: Side;
  /** At the destination; undefined where it is no pod. */
  readonly ingress?: Side;
  /** For host names: whether the source can have it resolved. */
  readonly resolution?: { readonly status: NameResolution['status']; readonly rules: readonly Place[] };
}

/** What the policies at one end say. */
export interface Side {
  readonly direction: Direction;
  readonly allowed: 'yes' | 'no' | 'some';
  /** Why, where no rule has to: nothing is denied here, or policies cannot deny it. */
  readonly because?: 'not-restricted' | 'host-network' | 'node';
  /** Policies that deny here what no rule allows. */
  readonly isolating: readonly Place[];
  readonly granting: readonly Place[];
  readonly denying: readonly Place[];
  /** Rules that nearly allow it; there if nothing does. */
  readonly nearest: readonly NearRule[];
}

/** A rule that would allow the connection if one thing were otherwise. */
export interface NearRule {
  readonly place: Place;
  /** `port`: it is for other ports. `peer`: for other ends. `subject`: for other pods than these. */
  readonly differs: 'port' | 'peer' | 'subject';
  /** `allows TCP 8443 from it`. */
  readonly text: string;
}
