import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { INDEX_FILE } from '../analysis/load/construct-index';

/** Manifests that are applied together. */
export interface OutputRoot {
  /** Folder of an output of ours; absent for manifests of other programs. */
  readonly folder?: string;
  /** What to read: the folder, with the inventory that stands in it, or the files. */
  readonly paths: readonly string[];
}

/**
 * Manifests by the output that they belong to: each folder with our `index.json` is an output of its own (an environment,
 * a program), and all other files are one.
 */
export function outputRoots(manifests: readonly string[]): readonly OutputRoot[] {
  const folders = new Set<string>();
  const others: string[] = [];
  for (const manifest of manifests) {
    const folder = indexedFolder(dirname(resolve(manifest)));
    if (folder === undefined) others.push(manifest);
    else folders.add(folder);
  }
  const roots = [...folders].sort().map((folder): OutputRoot => ({ folder, paths: [folder] }));
  return others.length === 0 ? roots : [...roots, { paths: others }];
}

/** The nearest folder upwards that holds an index. */
function indexedFolder(folder: string): string | undefined {
  if (existsSync(join(folder, INDEX_FILE))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : indexedFolder(above);
}
