// Reads rendered manifests back, to see whether two contenders rendered the same objects.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseAllDocuments } from 'yaml';

/** Every YAML file below a directory with the Kubernetes objects in it. */
export function readManifests(directory) {
  return readdirSync(directory, { recursive: true })
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => ({ file: file.split(path.sep).join('/'), objects: readObjects(path.join(directory, file)) }));
}

function readObjects(file) {
  // Kubernetes reads manifests as YAML 1.1.
  const documents = parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.1' });
  for (const { errors } of documents) if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  return documents.map((document) => document.toJS()).filter((object) => object && object.kind !== 'Kustomization');
}

/** What is different between the objects of two directories: one line, or nothing if they are the same. */
export function differenceOf(directories) {
  const expected = byIdentity(directories.expected);
  const actual = byIdentity(directories.actual);
  for (const [identity, object] of expected) {
    if (!actual.has(identity)) return `${identity} is missing`;
    if (!isDeepStrictEqual(object, actual.get(identity))) return `${identity} is different`;
  }
  const added = [...actual.keys()].find((identity) => !expected.has(identity));
  return added === undefined ? undefined : `${added} is not wanted`;
}

const VERSION = 'portcullis.dev/policy-version';

/** Other contenders write a digest of the same length, but are not asked to compute it: it is no work of theirs. */
function withoutVersion(object) {
  for (const map of [object.metadata.labels, object.metadata.annotations]) {
    if (map?.[VERSION] !== undefined) map[VERSION] = map[VERSION].length;
  }
  return object;
}

function byIdentity(directory) {
  const objects = new Map();
  for (const object of readManifests(directory).flatMap(({ objects: list }) => list)) {
    const identity = `${object.apiVersion} ${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    if (objects.has(identity)) throw new Error(`${identity} was written twice to ${directory}`);
    objects.set(identity, withoutVersion(object));
  }
  return objects;
}
