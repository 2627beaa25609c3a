import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasTool, manifests, parseObjects, readObjects, repository, requireManifests, run, yamlFiles } from './support';

interface Identified {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly namespace?: string; readonly name?: string };
}

/** The folders <environment>/<program> of dist/manifests that kustomize is to read. */
function kustomizeFolders(): string[] {
  if (!existsSync(manifests)) {
    return [];
  }
  const folders = (parent: string) =>
    readdirSync(parent, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => path.join(parent, entry.name));
  return folders(manifests)
    .flatMap(folders)
    .filter((folder) => existsSync(path.join(folder, 'kustomization.yaml')))
    .map((folder) => path.relative(manifests, folder))
    .sort();
}

/** The objects by what identifies them. An object that occurs twice stays visible as two. */
function byIdentity(objects: readonly unknown[]): Record<string, unknown[]> {
  const result: Record<string, unknown[]> = {};
  for (const object of objects as readonly Identified[]) {
    const key = `${object.apiVersion} ${object.kind} ${object.metadata?.namespace ?? ''}/${object.metadata?.name}`;
    result[key] = [...(result[key] ?? []), object];
  }
  return result;
}

describe.skipIf(!hasTool('kubectl'))('kubectl kustomize', () => {
  const folders = kustomizeFolders();

  it('finds folders to read', () => {
    requireManifests();
    expect(folders).not.toEqual([]);
  });

  it.each(folders)('prints the objects of %s and nothing else', (folder) => {
    const result = run('kubectl', ['kustomize', path.join(manifests, folder)]);
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);

    const written = yamlFiles(path.join(manifests, folder)).flatMap(readObjects);
    const printed = parseObjects(result.stdout, path.relative(repository, path.join(manifests, folder)));
    expect(Object.keys(byIdentity(printed)).sort()).toEqual(Object.keys(byIdentity(written)).sort());
    expect(byIdentity(printed)).toEqual(byIdentity(written));
  });
});
