import { isMet, NAMESPACE_NAME_LABEL } from '../../kube/selector';
import type { Analysis } from '../analysis';
import type { Workload } from '../load/manifests';
import type { PodSelector, Requirement } from '../policy/requirement';

export type NamespaceLabels = ReadonlyMap<string, Readonly<Record<string, string>>>;

export function namespaceLabels({ manifests }: Pick<Analysis, 'manifests'>): NamespaceLabels {
  return new Map(manifests.namespaces.map(({ name, labels }) => [name, labels]));
}

/** True for pods with all labels that a selector wants, wherever they run: those on the host's network no policy sees. */
export function carries(workload: Workload, subjects: PodSelector, namespaces: NamespaceLabels): boolean {
  // What the cluster is called stands in no manifest.
  return subjects.every(
    (requirement) =>
      requirement.attribute === 'cluster' || isMet(requirement, carriedValue(requirement, workload, namespaces)),
  );
}

function carriedValue(
  { attribute, key }: Requirement,
  workload: Workload,
  namespaces: NamespaceLabels,
): string | undefined {
  switch (attribute) {
    case 'label':
      return own(workload.labels, key);
    case 'namespace':
      return workload.namespace;
    case 'namespaceLabel':
      return own(namespaces.get(workload.namespace) ?? { [NAMESPACE_NAME_LABEL]: workload.namespace }, key);
    case 'serviceAccount':
      return workload.serviceAccount;
    case 'cluster':
    case 'reserved':
      return undefined;
  }
}

/** Labels may be called `constructor`. */
function own(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
