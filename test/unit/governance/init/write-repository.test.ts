import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { FindingsError } from '../../../../lib/finding';
import { writeRepository } from '../../../../lib/governance/init/write-repository';
import { temporaryFolder } from '../../environment/refusal';

const base = temporaryFolder();
const FILES = [
  { path: '.github/CODEOWNERS', text: 'owners' },
  { path: 'README.md', text: 'read me' },
];
let folder: string;
let count = 0;

beforeEach(() => {
  folder = join(base, String(count++));
});

/** Everything below a folder, with its text. */
function content(): Record<string, string> {
  const entries = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), entry.isFile() ? readFileSync(path, 'utf8') : ''];
    }),
  );
}

function refused(files = FILES, onlyMissing = false) {
  const before = content();
  try {
    writeRepository(folder, files, onlyMissing);
  } catch (error) {
    if (!(error instanceof FindingsError)) throw error;
    expect(content()).toEqual(before);
    return error.findings.map(({ rule, where }) => [rule, 'file' in where ? where.file?.slice(folder.length + 1) : '']);
  }
  throw new Error('it was written');
}

test('writes into a folder that does not exist, and into an empty one', () => {
  expect(writeRepository(folder, FILES, false)).toEqual({ written: ['.github/CODEOWNERS', 'README.md'], kept: [] });
  expect(content()).toEqual({ '.github': '', '.github/CODEOWNERS': 'owners', 'README.md': 'read me' });
});

test('files of others are no obstacle', () => {
  mkdirSync(join(folder, '.git'), { recursive: true });
  writeFileSync(join(folder, 'LICENSE'), 'mine');
  writeRepository(folder, FILES, false);
  expect(content()).toMatchObject({ LICENSE: 'mine', 'README.md': 'read me' });
});

describe('nothing is overwritten, and nothing written, when', () => {
  test('files are there: each of them is named', () => {
    writeRepository(folder, FILES, false);
    writeFileSync(join(folder, 'README.md'), 'mine');
    expect(refused()).toEqual([
      ['file-exists', '.github/CODEOWNERS'],
      ['file-exists', 'README.md'],
    ]);
  });

  test('a link to somewhere else stands in place of a file', () => {
    mkdirSync(folder);
    symlinkSync(join(base, 'elsewhere'), join(folder, 'README.md'));
    expect(refused()).toEqual([['file-exists', 'README.md']]);
    expect(existsSync(join(base, 'elsewhere'))).toBe(false);
  });

  test.each([false, true])('a file or a link stands where a folder has to be (only missing: %s)', (onlyMissing) => {
    mkdirSync(folder);
    mkdirSync(`${folder}-outside`);
    symlinkSync(`${folder}-outside`, join(folder, '.github'));
    expect(refused(FILES, onlyMissing)).toEqual([['file-in-the-way', '.github']]);
    expect(readdirSync(`${folder}-outside`)).toEqual([]);
    writeFileSync(join(folder, 'apps'), '');
    const files = [...FILES, { path: 'apps/a/b.ts', text: '' }];
    expect(refused(files, onlyMissing)).toEqual([
      ['file-in-the-way', '.github'],
      ['file-in-the-way', 'apps'],
    ]);
  });

  test('it turns out half way that a file cannot be written', () => {
    const files = [...FILES, { path: 'deep/down/a', text: '' }, { path: 'deep/down/a/b', text: '' }];
    expect(refused(files)).toEqual([['file-unwritable', 'deep/down/a/b']]);
    mkdirSync(folder);
    writeFileSync(join(folder, 'LICENSE'), 'mine');
    expect(refused(files)).toEqual([['file-unwritable', 'deep/down/a/b']]);
  });

  test('the folder is a file', () => {
    writeFileSync(folder, 'mine');
    expect(() => writeRepository(folder, FILES, false)).toThrow(FindingsError);
    expect(readFileSync(folder, 'utf8')).toBe('mine');
  });
});

test('writes only what is missing when asked to', () => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'README.md'), 'mine');
  expect(writeRepository(folder, FILES, true)).toEqual({ written: ['.github/CODEOWNERS'], kept: ['README.md'] });
  expect(content()).toMatchObject({ '.github/CODEOWNERS': 'owners', 'README.md': 'mine' });
  expect(writeRepository(folder, FILES, true).written).toEqual([]);
});
