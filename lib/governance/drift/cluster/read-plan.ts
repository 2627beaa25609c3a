import type { Manifests } from '../../../analysis/load/manifests';
import { GUARDED_KINDS } from '../../../kube/guarded-kind';
import { apiGroup } from '../../../kube/object';
import { deployed } from '../find-drift';
import { managedNamespaces } from '../managed';

/** Objects of a kind that have to be read. */
export interface Wanted {
  readonly group: string;
  readonly kind: string;
  /** Version that was rendered; undefined for kinds that are only looked for. */
  readonly version?: string;
  /** Where to look, sorted; all of the cluster for objects without a namespace, and for those that may be anywhere. */
  readonly namespaces: readonly string[] | 'all';
}

/**
 * What to read of a cluster: kinds that were rendered, where they were, and kinds that nobody may add to managed
 * namespaces. The roles that are rendered for it follow the same plan.
 */
export function readPlan(rendered: Manifests): readonly Wanted[] {
  const managed = managedNamespaces(rendered);
  const plan = new Map<string, { group: string; kind: string; version?: string; namespaces: Set<string> | 'all' }>();
  const add = (group: string, kind: string, namespaces: readonly string[] | 'all', version?: string) => {
    const known = plan.get(`${group} ${kind}`) ?? { group, kind, namespaces: new Set<string>() };
    plan.set(`${group} ${kind}`, known);
    if (version !== undefined) known.version ??= version;
    if (namespaces === 'all' || known.namespaces === 'all') known.namespaces = 'all';
    else for (const namespace of namespaces) known.namespaces.add(namespace);
  };
  const cluster = new Set(
    GUARDED_KINDS.filter(({ where }) => where === 'cluster').map(({ group, kind }) => `${group} ${kind}`),
  );
  for (const { object } of deployed(rendered)) {
    const { apiVersion, kind, metadata } = object;
    const group = apiGroup(apiVersion);
    const isCluster = cluster.has(`${group} ${kind}`) || metadata.namespace === undefined;
    add(group, kind, isCluster ? 'all' : [metadata.namespace as string], apiVersion.slice(apiVersion.indexOf('/') + 1));
  }
  for (const { group, kind, where } of GUARDED_KINDS) add(group, kind, where === 'managed' ? managed : 'all');
  return [...plan.values()].map(({ namespaces, ...wanted }) => ({
    ...wanted,
    namespaces: namespaces === 'all' ? namespaces : [...namespaces].sort(),
  }));
}
