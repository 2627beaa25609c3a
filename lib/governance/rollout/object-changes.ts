import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../kube/object';
import { POLICY_VERSION } from '../../model/policy-version';

/** An object that differs between two renderings. */
export interface ObjectChange {
  readonly change: 'added' | 'changed' | 'removed';
  /** `CiliumNetworkPolicy ws-production/agent`. */
  readonly object: string;
  /** Of a changed object: paths of what differs, such as `spec.enableDefaultDeny`. */
  readonly paths: readonly string[];
}

/** A path is followed this deep; a change further down is one of what it is in. */
const DEEPEST = 3;

/** How to be rid of what is not rendered any more: `kubectl apply` deletes nothing. */
export function deleteCommands(changes: readonly ObjectChange[]): readonly string[] {
  return changes
    .filter(({ change }) => change === 'removed')
    .map(({ object }) => {
      const [, kind = '', namespace, name = ''] = /^(\S+) (?:(.+)\/)?([^/]+)$/.exec(object) ?? [];
      return `kubectl ${namespace === undefined ? '' : `-n ${namespace} `}delete ${kind.toLowerCase()} ${name}`;
    });
}

/** What came, what went and what differs, in the order of the names. */
export function objectChanges(before: readonly KubeObject[], after: readonly KubeObject[]): readonly ObjectChange[] {
  const [old, now] = [byName(before), byName(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  return names.flatMap((object): readonly ObjectChange[] => {
    const [a, b] = [old.get(object), now.get(object)];
    if (a === undefined) return [{ change: 'added', object, paths: [] }];
    if (b === undefined) return [{ change: 'removed', object, paths: [] }];
    const paths = [...differences(a, b, [])];
    return paths.length === 0 ? [] : [{ change: 'changed', object, paths }];
  });
}

function byName(objects: readonly KubeObject[]): ReadonlyMap<string, KubeObject> {
  return new Map(objects.map((object) => [nameOf(object), object]));
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}

function* differences(a: unknown, b: unknown, path: readonly string[]): Generator<string> {
  if (isDeepStrictEqual(a, b)) return;
  if (!isMap(a) || !isMap(b) || path.length === DEEPEST) {
    yield path.join('.');
    return;
  }
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  // The version changes with the fields that are named anyway.
  for (const key of keys) if (key !== POLICY_VERSION) yield* differences(a[key], b[key], [...path, key]);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
