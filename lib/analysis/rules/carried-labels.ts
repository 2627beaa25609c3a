import { isMet, NAMESPACE_NAME_LABEL } from '../../kube/selector';
import type { Analysis } from '../analysis';
import type { Workload } from '../load/manifests';
import type { PodSelector } from '../policy/requirement';

export type NamespaceLabels = ReadonlyMap<string, Readonly<Record<string, string>>>;

export function namespaceLabels({ manifests }: Pick<Analysis, 'manifests'>): NamespaceLabels {
  return new Map(manifests.namespaces.map(({ name, labels }) => [name, labels]));
}

/** True for pods with all labels that a selector wants, wherever they run: those on the host's network no policy sees. */
export function carries(workload: Workload, subjects: PodSelector, namespaces: NamespaceLabels): boolean {
  const own = (labels: Readonly<Record<string, string>>, key: string) =>
    Object.hasOwn(labels, key) ? labels[key] : undefined;
  return subjects.every((requirement) => {
    switch (requirement.attribute) {
      case 'label':
        return isMet(requirement, own(workload.labels, requirement.key));
      case 'namespace':
        return isMet(requirement, workload.namespace);
      case 'namespaceLabel':
        return isMet(
          requirement,
          own(namespaces.get(workload.namespace) ?? { [NAMESPACE_NAME_LABEL]: workload.namespace }, requirement.key),
        );
      case 'serviceAccount':
        return isMet(requirement, workload.serviceAccount);
      case 'cluster':
        return true;
      case 'reserved':
        return isMet(requirement, undefined);
    }
  });
}
