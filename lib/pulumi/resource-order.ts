import { isClusterwide, isDefaultDeny } from '../kube/default-deny';
import { apiGroup, type KubeObject } from '../kube/object';
import { isWorkload } from '../kube/pod';
import type { Dependency } from '../synth/dependency';

/**
 * The objects that each object waits for, as indices: its namespace, the definitions of its group, and what was
 * declared. Pulumi destroys in the reverse order.
 * @param declared what constructs depend on, and workloads on default denies
 */
export function resourceDependencies(
  objects: readonly KubeObject[],
  declared: readonly Dependency[],
): readonly ReadonlySet<number>[] {
  const providers = indicesBy(objects, (object) => {
    const { kind, metadata } = object;
    if (kind === 'Namespace') return `namespace ${metadata.name}`;
    // The name of a definition is `<plural>.<group>`.
    const isDefinition = kind === 'CustomResourceDefinition';
    return isDefinition ? `group ${metadata.name.slice(metadata.name.indexOf('.') + 1)}` : undefined;
  });
  const before = objects.map((object) => new Set(needs(object).flatMap((what) => providers.get(what) ?? [])));
  for (const { dependents, dependencies } of declared) {
    for (const dependent of dependents) for (const dependency of dependencies) before[dependent]?.add(dependency);
  }
  return before;
}

/**
 * Workloads come after the policies that deny everything to their pods, so that no pod runs before it is denied
 * anything, and the last thing to go is the denial.
 */
export function defaultDenyDependencies(objects: readonly KubeObject[]): readonly Dependency[] {
  const denies = indicesBy(objects, (object) => {
    if (!isDefaultDeny(object)) return undefined;
    return isClusterwide(object) ? EVERYWHERE : object.metadata.namespace;
  });
  const workloads = indicesBy(objects, (object) => (isWorkload(object) ? object.metadata.namespace : undefined));
  return [...workloads].flatMap(([namespace, dependents]) =>
    [namespace, EVERYWHERE].flatMap((place) => {
      const dependencies = denies.get(place);
      return dependencies === undefined ? [] : [{ dependents, dependencies }];
    }),
  );
}

/** No name of a namespace. */
const EVERYWHERE = '*';

function needs({ apiVersion, kind, metadata: { namespace } }: KubeObject): readonly string[] {
  if (kind === 'Namespace' || kind === 'CustomResourceDefinition') return [];
  const group = `group ${apiGroup(apiVersion)}`;
  return namespace === undefined ? [group] : [group, `namespace ${namespace}`];
}

function indicesBy(
  objects: readonly KubeObject[],
  keyOf: (object: KubeObject) => string | undefined,
): ReadonlyMap<string, readonly number[]> {
  const indices = new Map<string, number[]>();
  for (const [index, object] of objects.entries()) {
    const key = keyOf(object);
    if (key === undefined) continue;
    const list = indices.get(key);
    if (list === undefined) indices.set(key, [index]);
    else list.push(index);
  }
  return indices;
}
