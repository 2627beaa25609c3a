import type { Peer } from './peer';
import type { Port } from './port';

/**
 * What a workspace may reach outside the cluster. `none` is said in so many words; an empty list could be a mistake.
 */
export type Allowlist = 'none' | readonly AllowlistEntry[];

/** One system of record on an allowlist. */
export interface AllowlistEntry {
  readonly peer: Extract<Peer, { kind: 'fqdn' | 'cidr' }>;
  readonly ports: readonly Port[];
  readonly purpose: string;
}
