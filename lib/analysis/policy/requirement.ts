import type { LabelSelector } from '../../kube/selector';

/** A property of pods that selectors ask for. */
export type Attribute =
  /** A label of the pod. */
  | 'label'
  /** A label of the pod's namespace. */
  | 'namespaceLabel'
  | 'namespace'
  | 'serviceAccount'
  /** Name of the pod's cluster in a mesh. */
  | 'cluster'
  /** A label that no pod carries, such as `reserved:host`. */
  | 'reserved';

/** One condition of a selector. */
export interface Requirement {
  readonly attribute: Attribute;
  /** Label key; empty for attributes that have one value. */
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** Pods that meet all requirements. */
export type PodSelector = readonly Requirement[];

/** A Kubernetes selector as requirements; without a selector, nothing is required. */
export function requirements(selector: LabelSelector | undefined, attribute: Attribute): PodSelector {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([key, value]): Requirement => {
    return { attribute, key, operator: 'In', values: [value] };
  });
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values }): Requirement => {
    return { attribute, key, operator, values: values ?? [] };
  });
  return [...equal, ...expressions];
}
