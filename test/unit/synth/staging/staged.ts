import { join } from 'node:path';
import { expect } from 'vitest';
import { StagedDirectory } from '../../../../lib/synth/staging/staged-directory';
import { DirectStager } from '../../../../lib/synth/staging/stager';
import { filesIn, findingsOf, folderOfTest } from '../support';

/** Stages files with an index that lists them, as synthesis does. */
export function staged(directory: string, files: Readonly<Record<string, string>>): StagedDirectory {
  const result = new StagedDirectory(directory);
  for (const [file, text] of Object.entries(files)) result.put(file, [text]);
  const index = { schemaVersion: 1, files: Object.keys(files).map((file) => ({ file })) };
  result.put('index.json', [JSON.stringify(index)]);
  return result;
}

/** Stages one file. */
export function stageFile(path: string, pieces: Iterable<string>, existing: string | undefined) {
  const stager = new DirectStager();
  const { sha256 } = stager.file(path, existing, pieces);
  return { sha256, unchanged: stager.finish().unchanged === 1 };
}

/** Writes files as a run of synthesis would, and tells what changed. */
export const write = (directory: string, files: Readonly<Record<string, string>>) => staged(directory, files).commit();

/** Files of a directory without the index. */
export function contents(directory: string): Record<string, string> {
  const { 'index.json': _, ...files } = filesIn(directory);
  return files;
}

/** A folder to put an output directory into, and that directory. */
export function place(): { readonly parent: string; readonly out: string } {
  const parent = folderOfTest();
  return { parent, out: join(parent, 'out') };
}

/** What is wrong with an output directory; undefined if nothing is. */
export function refusal(run: () => unknown): string | undefined {
  const [finding, ...more] = findingsOf(run);
  expect(more).toEqual([]);
  if (finding !== undefined) expect(finding).toMatchObject({ rule: 'output-directory', severity: 'error' });
  return finding?.message;
}
