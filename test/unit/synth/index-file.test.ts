import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatIndex, indexedFiles, type StagedEntry } from '../../../lib/synth/index-file';
import { folderOfTest } from './support';

const ENTRIES = [
  {
    file: 'a.yaml',
    text: { path: '00' },
    objects: [{ apiVersion: 'v1', kind: 'Namespace', namespace: undefined, name: 'a', construct: 'x' }],
  },
  {
    file: 'x/b.yaml',
    text: { path: '11' },
    objects: [{ apiVersion: 'v1', kind: 'Secret', namespace: 'a', name: 'b', construct: 'x/y' }],
  },
  { file: 'c.md', text: { path: '22' }, objects: [] },
];

/** The index as text, with the path of a file for its SHA-256. */
function index(entries: readonly StagedEntry[]): string {
  return [...formatIndex(entries)].map((piece) => (typeof piece === 'string' ? piece : piece.path)).join('');
}

function folderWith(index: string): string {
  const folder = folderOfTest();
  writeFileSync(join(folder, 'index.json'), index);
  return folder;
}

describe('the index', () => {
  test('is JSON with one line for each file', () => {
    const text = index(ENTRIES);
    expect(text).toBe(`{
  "schemaVersion": 1,
  "files": [
    {"file":"a.yaml","sha256":"00","objects":[{"apiVersion":"v1","kind":"Namespace","name":"a","construct":"x"}]},
    {"file":"x/b.yaml","sha256":"11","objects":[{"apiVersion":"v1","kind":"Secret","namespace":"a","name":"b","construct":"x/y"}]},
    {"file":"c.md","sha256":"22","objects":[]}
  ]
}
`);
    expect(JSON.parse(text)).toMatchObject({ schemaVersion: 1, files: [{ file: 'a.yaml' }, {}, {}] });
  });

  test('of nothing is JSON', () => {
    expect(JSON.parse(index([]))).toEqual({ schemaVersion: 1, files: [] });
  });

  test('says which files are ours, itself included', () => {
    const folder = folderWith(index(ENTRIES));
    expect([...indexedFiles(folder)].sort()).toEqual(['a.yaml', 'c.md', 'index.json', 'x/b.yaml']);
  });

  test.each([
    ['is cut off', '{"schemaVersion": 1, "files": [{"file": "a'],
    ['is of another version', '{"schemaVersion": 2, "files": [{"file": "a"}]}'],
    ['is of another program', '{"pages": []}'],
    ['has no files', '{"schemaVersion": 1}'],
    ['is null', 'null'],
    ['is empty', ''],
  ])('that %s claims nothing', (_, text) => {
    expect(indexedFiles(folderWith(text)).size).toBe(0);
  });

  test('that is not there claims nothing', () => {
    const folder = folderOfTest();
    expect(indexedFiles(folder).size).toBe(0);
    expect(indexedFiles(join(folder, 'absent')).size).toBe(0);
    mkdirSync(join(folder, 'index.json'));
    expect(indexedFiles(folder).size).toBe(0);
  });
});
