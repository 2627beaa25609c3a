import { type Demand, eachResource } from './demand';

/**
 * What a cluster holds at most: 65,535 identities, 16,384 entries in the policy map of an endpoint
 * (`bpf-policy-map-max`), both Cilium's. Kubernetes has no bound on objects; 100,000 of some kilobytes, with the
 * versions that etcd keeps between two compactions, fit into its default quota of 2 GiB (`--quota-backend-bytes`).
 * @see https://github.com/cilium/cilium/blob/v1.19.4/pkg/identity/numericidentity.go
 * @see https://docs.cilium.io/en/stable/network/ebpf/maps/
 * @see https://etcd.io/docs/v3.6/dev-guide/limit/
 */
export const CLUSTER_LIMITS: Demand = Object.freeze({
  identities: 65_535,
  policyMapEntries: 16_384,
  objects: 100_000,
});

/** Share of every limit that stays free: for pods of two versions during a roll-out, and for what others add. */
export const DEFAULT_HEADROOM = 0.2;

/** What may be used of limits: what the headroom leaves, in whole numbers. */
export function budgetOf(limits: Demand, headroom: number): Demand {
  return eachResource((resource) => Math.floor(limits[resource] * (1 - headroom)));
}
