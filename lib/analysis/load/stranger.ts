import { NAMESPACE_NAME_LABEL } from '../../kube/selector';
import type { Manifests, Namespace, Workload } from './manifests';

/** Name of pods that nobody declared. */
export const STRANGER = 'stranger';

/**
 * Adds pods that nobody declared: one without labels in every namespace, and one in a namespace that no manifest
 * mentions. What they may reach, and who may reach them, is what pods may that do not exist yet.
 */
export function withStrangers(manifests: Manifests): Manifests {
  const taken = new Set(manifests.namespaces.map(({ name }) => name));
  let foreign = 'foreign-namespace';
  for (let number = 2; taken.has(foreign); number++) foreign = `foreign-namespace-${number}`;
  const namespaces: readonly Namespace[] = [
    ...manifests.namespaces,
    { name: foreign, labels: { [NAMESPACE_NAME_LABEL]: foreign } },
  ];
  const known = new Set(manifests.workloads.map(({ namespace, name }) => `${namespace}/${name}`));
  const strangers = namespaces
    .filter(({ name }) => !known.has(`${name}/${STRANGER}`))
    .map(({ name: namespace }): Workload => {
      const nothing = { labels: {}, serviceAccount: 'default', hostNetwork: false, ports: [], addresses: [] };
      return { namespace, name: STRANGER, kind: 'Representative', ...nothing };
    });
  return { ...manifests, namespaces, workloads: [...manifests.workloads, ...strangers] };
}
