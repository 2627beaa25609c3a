import { GUARDED_KINDS, resourceName } from '../../kube/guarded-kind';

/** A kind that has to be read, in a namespace or as an object without one. */
export interface ReadKind {
  readonly group: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
}

/** A rule of a role. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Rules for objects without a namespace, and for those that are looked for in every namespace. */
export function clusterRules(rendered: readonly ReadKind[]): readonly PolicyRule[] {
  return listRules([
    ...rendered.filter(({ namespace }) => namespace === undefined),
    ...GUARDED_KINDS.filter(({ where }) => where !== 'managed'),
  ]);
}

/** Rules for a managed namespace: kinds of objects that were rendered in any, and those that nobody may add. */
export function managedRules(rendered: readonly ReadKind[], managed: ReadonlySet<string>): readonly PolicyRule[] {
  return listRules([
    ...rendered.filter(({ namespace }) => namespace !== undefined && managed.has(namespace)),
    ...GUARDED_KINDS.filter(({ where }) => where === 'managed'),
  ]);
}

/** Rules for a namespace of others: the kinds of objects that were rendered in it. */
export function namespaceRules(rendered: readonly ReadKind[], namespace: string): readonly PolicyRule[] {
  return listRules(rendered.filter((one) => one.namespace === namespace));
}

/** Lists are all that the command asks for; what is served at all, every user may ask. */
function listRules(kinds: readonly ReadKind[]): readonly PolicyRule[] {
  const byGroup = new Map<string, Set<string>>();
  for (const { group, kind } of kinds) {
    const resources = byGroup.get(group) ?? new Set<string>();
    byGroup.set(group, resources.add(resourceName(kind)));
  }
  return [...byGroup]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([group, resources]) => ({ apiGroups: [group], resources: [...resources].sort(), verbs: ['list'] }));
}
