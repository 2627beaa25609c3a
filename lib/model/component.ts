import type { DnsName, Edge } from './edge';
import type { Labels } from './label';
import type { Stage } from './stage';

export type Direction = 'Ingress' | 'Egress';

/** A set of pods that is governed by one policy, with everything that was said about it. */
export interface ComponentModel {
  /** What tables and messages call it. */
  readonly title: string;
  readonly namespace: string;
  /** Labels that select its pods inside the namespace. */
  readonly selector: Labels;
  readonly stage: Stage;
  /** Directions that the policy governs. Strict programs govern both. */
  readonly directions: readonly Direction[];
  /** Edges that start here, in any order. */
  readonly egress: readonly Edge[];
  /** Edges that end here, in any order. */
  readonly ingress: readonly Edge[];
  /** Names that its pods have to resolve. */
  readonly names: readonly DnsName[];
  /**
   * True if no default deny of its namespace keeps the pods from metadata addresses, so that their own policy has to:
   * a host name can be pointed at such an address.
   */
  readonly deniesMetadata?: boolean;
}
