import { apiGroup, type KubeObject } from '../../kube/object';
import { isAddedKey, SERVER_METADATA } from './added-metadata';
import { type Data, dataAt, existing, isData } from './defaults/data';
import { BUILT_IN, DEFAULTS } from './defaults/defaults';

/** Maps that the API server drops when they are empty; of other maps an empty one may mean everything. */
const DROPPED_EMPTY: ReadonlySet<string> = new Set([
  'annotations',
  'binaryData',
  'data',
  'hard',
  'labels',
  'limits',
  'matchLabels',
  'nodeSelector',
  'requests',
]);

/** A rendered object and the same one as it is, in forms that are equal if they mean the same. */
export interface NormalizedPair {
  readonly rendered: Data;
  readonly live: Data;
}

/**
 * Brings both objects to the form that the API server would give them: with its defaults, without what it alone writes.
 * @param ignored keys of labels and annotations that may be added; what ends with `/` is a prefix
 */
export function normalizedPair(rendered: KubeObject, live: KubeObject, ignored: readonly string[]): NormalizedPair {
  const asked = comparable(rendered);
  const pair = { rendered: normalized(rendered, asked), live: normalized(live, asked) };
  for (const key of ['labels', 'annotations']) withoutAdded(pair, key, ignored);
  return pair;
}

function normalized(object: KubeObject, asked: Data): Data {
  const copy = comparable(object);
  DEFAULTS[`${apiGroup(object.apiVersion)} ${object.kind}`]?.(copy, asked);
  return copy;
}

/** Versions of a group are views of the same object, so that only the group is compared, which is in the identity. */
function comparable(object: KubeObject): Data {
  const { apiVersion, status: _, ...rest } = object;
  const copy: Data = structuredClone(rest);
  const metadata = dataAt(copy, 'metadata');
  for (const key of SERVER_METADATA) delete metadata[key];
  // The namespace may be left to whoever applies the object; the identity has been compared.
  delete metadata.namespace;
  for (const key of ['labels', 'annotations']) {
    if (isData(metadata[key]) && Object.keys(metadata[key]).length === 0) delete metadata[key];
  }
  return BUILT_IN.has(apiGroup(apiVersion)) ? (withoutEmpties(copy) as Data) : copy;
}

/** What a type of the API server reads as absent. */
function withoutEmpties(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpties);
  if (!isData(value)) return value;
  const entries = Object.entries(value).flatMap(([key, inner]): readonly [string, unknown][] => {
    if (inner === null || (Array.isArray(inner) && inner.length === 0)) return [];
    const kept = withoutEmpties(inner);
    return DROPPED_EMPTY.has(key) && isData(kept) && Object.keys(kept).length === 0 ? [] : [[key, kept]];
  });
  return Object.fromEntries(entries);
}

/** Takes from the live object what others are known to add, as long as the rendered one says nothing about it. */
function withoutAdded({ rendered, live }: NormalizedPair, kind: string, ignored: readonly string[]): void {
  const [own, added] = [existing(rendered.metadata, kind), existing(live.metadata, kind)];
  if (added === undefined) return;
  for (const key of Object.keys(added)) {
    if (own?.[key] === undefined && isAddedKey(key, ignored)) delete added[key];
  }
  if (Object.keys(added).length === 0 && own === undefined) delete dataAt(live, 'metadata')[kind];
}
