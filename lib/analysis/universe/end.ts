import type { AddressRange } from '../address/address-range';
import type { NamedPort, Workload } from '../load/manifests';
import type { RESERVED_ENTITIES } from '../policy/policy-model';

/** Pods that no selector tells apart. */
export interface PodsEnd {
  readonly kind: 'pods';
  /** The workloads whose pods they are; never empty. */
  readonly workloads: readonly Workload[];
  /** Names of ports that policies use, as these pods define them. */
  readonly ports: readonly NamedPort[];
  readonly hostNetwork: boolean;
}

/** Addresses outside the cluster that no policy tells apart. */
export interface AddressesEnd {
  readonly kind: 'addresses';
  readonly ranges: readonly AddressRange[];
}

/** A host name, or all names that a pattern matches and nothing else mentions. */
export interface NameEnd {
  readonly kind: 'name';
  /** As in the policy: `api.example.com`, `*.example.com`. */
  readonly pattern: string;
}

/** What Cilium knows by a reserved identity. */
export interface EntityEnd {
  readonly kind: 'entity';
  readonly entity: (typeof RESERVED_ENTITIES)[number];
}

/** One end of a connection: a class of peers that the policies at hand treat alike. */
export type End = PodsEnd | AddressesEnd | NameEnd | EntityEnd;
