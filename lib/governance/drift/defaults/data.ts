import { field } from '../../../kube/field';

/** JSON-like data of an object that is ours to change: a copy. */
export type Data = Record<string, unknown>;

export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The map under a key, made if it is missing; an empty one that belongs to nothing if something else stands there. */
export function dataAt(parent: Data, key: string): Data {
  parent[key] ??= {};
  const value = parent[key];
  return isData(value) ? value : {};
}

/** The map under a key, if there is one. */
export function existing(parent: unknown, key: string): Data | undefined {
  const value = field(parent, key);
  return isData(value) ? value : undefined;
}

/** The maps of the list under a key. */
export function dataList(parent: unknown, key: string): readonly Data[] {
  const value = field(parent, key);
  return Array.isArray(value) ? value.filter(isData) : [];
}

/** Gives fields that are missing the values that the API server gives them. */
export function fill(data: Data, defaults: Readonly<Data>): void {
  for (const [key, value] of Object.entries(defaults)) data[key] ??= structuredClone(value);
}

/** Removes fields that say what their absence says, which the API server does not store. */
export function drop(data: Data, zeros: Readonly<Data>): void {
  for (const [key, value] of Object.entries(zeros)) if (data[key] === value) delete data[key];
}
