import { NAMESPACE_NAME_LABEL } from '../../kube/selector';
import type { Manifests, Namespace, Workload } from './manifests';

/** Name of pods that nobody declared. */
export const STRANGER = 'stranger';

/**
 * Adds pods that nobody declared: one without labels in every namespace, and one in a namespace that no manifest
 * mentions. What they may reach, and who may reach them, is what pods may that do not exist yet.
 */
export function withStrangers(manifests: Manifests): Manifests {
  const namespaces = [...manifests.namespaces, foreignNamespace(manifests)];
  const known = new Set(manifests.workloads.map(({ namespace, name }) => `${namespace}/${name}`));
  const strangers = namespaces
    .filter(({ name }) => !known.has(`${name}/${STRANGER}`))
    .map(({ name }) => strangerIn(name));
  return { ...manifests, namespaces, workloads: [...manifests.workloads, ...strangers] };
}

/** A pod without labels that nobody declared. */
export function strangerIn(namespace: string): Workload {
  const nothing = { labels: {}, serviceAccount: 'default', hostNetwork: false, ports: [], addresses: [] };
  return { namespace, name: STRANGER, kind: 'Representative', ...nothing };
}

/** A namespace that no manifest mentions. */
export function foreignNamespace({ namespaces }: Pick<Manifests, 'namespaces'>): Namespace {
  return imaginedNamespace('foreign-namespace', {}, namespaces);
}

/** A namespace with labels, under a name that is not taken. */
export function imaginedNamespace(
  wanted: string,
  labels: Namespace['labels'],
  namespaces: readonly Namespace[],
): Namespace {
  const taken = new Set(namespaces.map(({ name }) => name));
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`;
  return { name, labels: { ...labels, [NAMESPACE_NAME_LABEL]: name } };
}
