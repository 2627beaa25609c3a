import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadManifests } from '../../../../lib/analysis/load/load';
import { temporaryFolder, writeFolder } from '../../environment/refusal';
import { pod } from './pod';

const folder = temporaryFolder();

describe('paths', () => {
  test('are files, directories, globs and standard input', () => {
    writeFolder(folder, {
      'a.yaml': pod('a'),
      'd/b.yaml': pod('b'),
      'd/c.txt': pod('c'),
      'g/d.yaml': pod('d'),
      'g/e.yaml': pod('e'),
    });
    const paths = [join(folder, 'a.yaml'), join(folder, 'd'), join(folder, 'd/c.txt'), join(folder, 'g/*.yaml'), '-'];
    const { workloads } = loadManifests(paths, { stdin: () => pod('stdin') });
    expect(workloads.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e', 'stdin']);
  });

  test('that lead to one file read it once', () => {
    writeFolder(folder, { 'a.yaml': pod('a') });
    expect(loadManifests([folder, join(folder, 'a.yaml')])).toMatchObject({ objects: 1, findings: [] });
  });

  test('that lead in a circle come to an end', () => {
    writeFolder(folder, { 'd/a.yaml': pod('a') });
    symlinkSync('..', join(folder, 'd/loop'));
    symlinkSync('d', join(folder, 'again'));
    symlinkSync('d/a.yaml', join(folder, 'b.yaml'));
    expect(loadManifests([folder])).toMatchObject({ objects: 1, findings: [] });
  });

  test('that links lead to are read', () => {
    writeFolder(folder, { 'real/a.yaml': pod('a'), 'linked/real/b.yaml': pod('b') });
    symlinkSync('../real', join(folder, 'linked/there'));
    expect(loadManifests([join(folder, 'linked')]).workloads.map(({ name }) => name)).toEqual(['b', 'a']);
  });

  test('below a directory that cannot be opened are findings', () => {
    writeFolder(folder, { 'a.yaml': pod('a') });
    symlinkSync('gone', join(folder, 'dangling.yaml'));
    symlinkSync('circle.yaml', join(folder, 'circle.yaml'));
    symlinkSync('gone', join(folder, 'gone.txt'));
    const loaded = loadManifests([folder]);
    expect(loaded.findings.map(({ rule, where }) => [rule, 'file' in where && where.file])).toEqual([
      ['file-unreadable', join(folder, 'circle.yaml')],
      ['file-unreadable', join(folder, 'dangling.yaml')],
    ]);
    expect(loaded.workloads).toHaveLength(1);
  });
});
