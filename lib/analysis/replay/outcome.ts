import type { Finding } from '../../finding';
import type { Side } from '../answer/explanation';
import type { Protocol, Segment } from '../connection/connection';
import type { AnalysisDialect } from '../dialect';
import type { Recording } from '../flow/read-flows';

/** What would become of recorded flows under other manifests. */
export const OUTCOMES = ['denied', 'refused', 'undecided', 'authentication', 'forwarded'] as const;

/**
 * `forwarded`: it passes. `denied`: no rule allows it, or one denies it. `refused`: the connection opens, and the request
 * matches no rule about requests. `authentication`: it passes once both ends prove who they are. `undecided`: the
 * recording does not tell.
 */
export type Outcome = (typeof OUTCOMES)[number];

/** What a recording leaves open. */
export type Doubt =
  /** The address has no name in the recording, and rules for names may mean it. */
  | 'no-name'
  /** Rules look inside requests, and the recording holds none. */
  | 'no-requests'
  /** A rule asks for more of a request than can be told here. */
  | 'request-conditions'
  /** The pods are not in the manifests, and the recording holds no labels of them. */
  | 'no-labels'
  /** The end may be anything. */
  | 'unknown-end'
  /** The ends are in different clusters. */
  | 'other-cluster'
  /** Plain Kubernetes says nothing about ICMP. */
  | 'icmp';

export interface ReplayEnd {
  /** `shop/cart`, `api.example.com`, `203.0.113.7`, `world`, `host`. */
  readonly label: string;
  /** There and true for pods that the manifests do not hold; they are judged by the labels that they had. */
  readonly isUnknown?: true;
}

/** Flows from one end to another on one port, of which the same becomes. */
export interface ReplayGroup {
  readonly source: ReplayEnd;
  readonly target: ReplayEnd;
  readonly protocol: Protocol;
  /** Port of the target; for ICMP the type. */
  readonly port: number;
  readonly outcome: Outcome;
  /** Number of flows. */
  readonly flows: number;
  /** How many of them went through when they were recorded. */
  readonly passed: number;
  /** When, as far as the recording tells. */
  readonly first?: string;
  readonly last?: string;
  /** Some of the requests, addresses of the source, or addresses of the target where it has a name. */
  readonly examples: readonly string[];
  /** Why; for `forwarded` there is nothing to say. */
  readonly reason?: Reason;
}

export type Reason =
  /** What the policies at both ends say, with the nearest rules. */
  | ({ readonly kind: 'policies' } & Sides)
  /** A rule allows it for the name, and no DNS rule lets Cilium learn the name's addresses. */
  | ({ readonly kind: 'name-not-learned'; readonly name: string } & Sides)
  /** The requests that pass. */
  | { readonly kind: 'requests'; readonly l7: Segment['l7'] }
  | { readonly kind: 'doubt'; readonly doubt: Doubt /** What it is about. */; readonly about: readonly string[] };

export interface Sides {
  /** At the source, where it is a pod. */
  readonly egress?: Side;
  /** At the target, where it is a pod. */
  readonly ingress?: Side;
}

/** Numbers of flows. */
export interface OutcomeCount {
  readonly flows: number;
  /** Those that went through when they were recorded. */
  readonly passed: number;
}

export interface Replay {
  readonly dialect: AnalysisDialect;
  /** What of the manifests could not be read or evaluated. */
  readonly findings: readonly Finding[];
  /** What would break first, then by number of flows that went through. */
  readonly groups: readonly ReplayGroup[];
  /** Of all flows that were judged. */
  readonly totals: Readonly<Record<Outcome, OutcomeCount>>;
  /** Flows that were judged beyond the most groups; they count in the totals and are not listed. */
  readonly unlisted: Readonly<Record<Outcome, OutcomeCount>>;
  readonly recording: Recording;
  /** Beginning and end of the recording, as far as it tells. */
  readonly first?: string;
  readonly last?: string;
}
