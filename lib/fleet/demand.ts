/** What a cluster has a bounded number of. */
export interface Demand {
  /** Security identities: one for each namespace, service account and set of labels that pods have. */
  readonly identities: number;
  /** Entries of the fullest policy map of an endpoint. */
  readonly policyMapEntries: number;
  /** Kubernetes objects. */
  readonly objects: number;
}

export type Resource = keyof Demand;

export const RESOURCES: readonly Resource[] = Object.freeze(['identities', 'policyMapEntries', 'objects']);

export const NO_DEMAND: Demand = Object.freeze({ identities: 0, policyMapEntries: 0, objects: 0 });

/** What tables and messages call it. */
export const RESOURCE_NAMES: Readonly<Record<Resource, string>> = Object.freeze({
  identities: 'identities',
  policyMapEntries: 'policy-map entries',
  objects: 'objects',
});

/** A demand worked out resource by resource. */
export function eachResource(value: (resource: Resource) => number): Demand {
  return {
    identities: value('identities'),
    policyMapEntries: value('policyMapEntries'),
    objects: value('objects'),
  };
}
