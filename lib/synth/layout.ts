import { posix } from 'node:path';
import { type ApiObject, Chart } from 'cdk8s';
import type { Finding } from '../finding';
import type { ManifestDocument } from './manifest-document';
import { ManifestObject } from './manifest-object';

/** Files that synthesis writes itself. */
export const INDEX_FILE = 'index.json';
export const KUSTOMIZATION_FILE = 'kustomization.yaml';

/** One manifest file and its objects, in the order in which they are applied. */
export interface ManifestFile {
  readonly file: string;
  readonly objects: readonly ApiObject[];
}

/** Groups objects into files. Files come in the order of their first object, so that Namespaces are in front. */
export function layOut(ordered: readonly ApiObject[]): readonly ManifestFile[] {
  const files = new Map<string, ApiObject[]>();
  for (const object of ordered) {
    const file = fileOf(object);
    const list = files.get(file);
    if (list === undefined) files.set(file, [object]);
    else list.push(object);
  }
  return [...files].map(([file, objects]) => ({ file, objects }));
}

/** Objects of other libraries go into one file for each chart. */
function fileOf(object: ApiObject): string {
  if (ManifestObject.isManifestObject(object)) return object.file;
  return `${Chart.of(object).node.path.replaceAll(/[^A-Za-z0-9._-]+/g, '-') || 'chart'}.yaml`;
}

/** File names that would leave the output directory, or that two things would write. */
export function checkFiles(
  manifests: readonly ManifestFile[],
  documents: readonly ManifestDocument[],
): readonly Finding[] {
  const findings: Finding[] = [];
  const taken = new Map<string, string>([
    [INDEX_FILE, 'synthesis itself'],
    [KUSTOMIZATION_FILE, 'synthesis itself'],
  ]);
  const claims = [
    ...manifests.map(({ file, objects }) => ({ file, construct: objects[0]?.node.path ?? '' })),
    ...documents.map(({ file, node }) => ({ file, construct: node.path })),
  ];
  for (const { file, construct } of claims) {
    const at = { severity: 'error' as const, where: { construct } };
    if (posix.isAbsolute(file) || posix.normalize(file) !== file || file.startsWith('..') || file.includes('\\')) {
      const message = `the file '${file}' is not a plain path below the output directory`;
      findings.push({ ...at, rule: 'unsafe-file', message, fix: 'name it relative, without . and ..' });
    }
    const other = taken.get(file);
    if (other !== undefined) {
      const message = `the file '${file}' is written twice, here and by ${other}`;
      findings.push({ ...at, rule: 'duplicate-file', message, fix: 'give one of them another file' });
    }
    taken.set(file, construct);
  }
  return findings;
}
