import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hasTool, manifests, parseObjects, readObjects, repository, requireManifests, run, yamlFiles } from './support';
import { row } from './table/row';

interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: {
    readonly namespace?: string;
    readonly name?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

interface Kustomization {
  readonly labels?: readonly { readonly pairs: Readonly<Record<string, string>> }[];
  readonly commonLabels?: Readonly<Record<string, string>>;
}

/** Every folder of dist/manifests with a kustomization, roots and folders below them. */
function kustomizeFolders(): string[] {
  if (!existsSync(manifests)) {
    return [];
  }
  return readdirSync(manifests, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === 'kustomization.yaml')
    .map((file) => path.dirname(file))
    .sort();
}

/** The labels that the kustomizations from the folder down to the file add to the file's objects. */
function addedLabels(folder: string, file: string): Readonly<Record<string, string>> {
  let labels: Record<string, string> = {};
  for (let parent = path.dirname(file); parent.startsWith(folder); parent = path.dirname(parent)) {
    const own = path.join(parent, 'kustomization.yaml');
    if (!existsSync(own)) continue;
    const { labels: added = [], commonLabels = {} } = parse(readFileSync(own, 'utf8')) as Kustomization;
    labels = { ...labels, ...commonLabels, ...Object.assign({}, ...added.map(({ pairs }) => pairs)) };
  }
  return labels;
}

/** The file's objects, with the labels that kustomize adds. */
function labelledObjects(folder: string, file: string): unknown[] {
  const added = addedLabels(folder, file);
  if (Object.keys(added).length === 0) return readObjects(file);
  return (readObjects(file) as KubernetesObject[]).map((object) => ({
    ...object,
    metadata: { ...object.metadata, labels: { ...object.metadata?.labels, ...added } },
  }));
}

/** The objects by what identifies them. An object that occurs twice stays visible as two. */
function byIdentity(objects: readonly unknown[]): Record<string, unknown[]> {
  const result: Record<string, unknown[]> = {};
  for (const object of objects as readonly KubernetesObject[]) {
    const key = `${object.apiVersion} ${object.kind} ${object.metadata?.namespace ?? ''}/${object.metadata?.name}`;
    result[key] = [...(result[key] ?? []), object];
  }
  return result;
}

describe.skipIf(!hasTool('kubectl'))('kubectl kustomize', () => {
  row('kubectl', '`kubectl kustomize` prints exactly the objects of every folder');
  const folders = kustomizeFolders();

  it('finds folders to read', () => {
    requireManifests();
    expect(folders).not.toEqual([]);
  });

  it.each(folders)('prints the objects of %s and nothing else', (name) => {
    const folder = path.join(manifests, name);
    const result = run('kubectl', ['kustomize', folder]);
    // The reference environment keeps the deprecated field that the specification wrote.
    const deprecated = name.startsWith('reference/clawdstrike')
      ? /^# Warning: 'commonLabels' is deprecated\..*\n$/
      : /^$/;
    expect(result.stderr).toMatch(deprecated);
    expect(result.code).toBe(0);

    const written = yamlFiles(folder).flatMap((file) => labelledObjects(folder, file));
    const printed = parseObjects(result.stdout, path.relative(repository, folder));
    expect(Object.keys(byIdentity(printed)).sort()).toEqual(Object.keys(byIdentity(written)).sort());
    expect(byIdentity(printed)).toEqual(byIdentity(written));
  });
});
