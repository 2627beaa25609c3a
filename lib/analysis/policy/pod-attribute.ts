import { isMet, labelOf, NAMESPACE_NAME_LABEL } from '../../kube/selector';
import type { Namespace, Workload } from '../load/manifests';
import type { PodSelector, Requirement } from './requirement';

/** Namespaces by name, as far as selectors ask about them. */
export type Namespaces = Pick<ReadonlyMap<string, Pick<Namespace, 'labels'>>, 'get'>;

type Pod = Pick<Workload, 'labels' | 'namespace' | 'serviceAccount'>;

export function namespacesByName(namespaces: readonly Namespace[]): ReadonlyMap<string, Namespace> {
  return new Map(namespaces.map((namespace) => [namespace.name, namespace]));
}

/** What a pod has where a requirement looks; undefined for nothing, and for what stands in no manifest. */
export function attributeOf(
  { attribute, key }: Pick<Requirement, 'attribute' | 'key'>,
  pod: Pod,
  namespaces: Namespaces,
): string | undefined {
  switch (attribute) {
    case 'label':
      return labelOf(pod.labels, key);
    case 'namespaceLabel':
      return labelOf(namespaces.get(pod.namespace)?.labels ?? { [NAMESPACE_NAME_LABEL]: pod.namespace }, key);
    case 'namespace':
      return pod.namespace;
    case 'serviceAccount':
      return pod.serviceAccount;
    case 'cluster':
    case 'reserved':
      return undefined;
  }
}

/**
 * True for pods with all that a selector wants, wherever they run: those on the host's network no policy sees. What the
 * cluster is called stands in no manifest, so that a selector of clusters may mean this one.
 */
export function carries(pod: Pod, selector: PodSelector, namespaces: Namespaces): boolean {
  return selector.every(
    (requirement) =>
      requirement.attribute === 'cluster' || isMet(requirement, attributeOf(requirement, pod, namespaces)),
  );
}
