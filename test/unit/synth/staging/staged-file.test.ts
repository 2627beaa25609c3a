import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linkOrCopy } from '../../../../lib/synth/staging/staged-file';
import { folderOfTest, identityOf } from '../support';
import { stageFile } from './staged';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
/** More than one block. */
const LONG = 'äöü line\n'.repeat(60_000);

function staged(existing: string | undefined, pieces: Iterable<string>) {
  const folder = folderOfTest();
  const [old, path] = [join(folder, 'old'), join(folder, 'new')];
  if (existing !== undefined) {
    writeFileSync(old, existing);
    utimesSync(old, 1, 1);
  }
  const result = stageFile(path, pieces, old);
  const isOld = existing !== undefined && identityOf(path).inode === identityOf(old).inode;
  return { result, text: readFileSync(path, 'utf8'), isOld, old, path };
}

describe('stageFile', () => {
  test.each([
    ['short', 'text'],
    ['empty', ''],
    ['long', LONG],
  ])('keeps an existing file with the same text: %s', (_, text) => {
    const { result, isOld, path } = staged(text, [text.slice(0, 3), text.slice(3)]);
    expect(result).toEqual({ sha256: sha256(text), unchanged: true });
    expect(isOld).toBe(true);
    expect(identityOf(path).modified).toBe(1000);
  });

  test.each([
    ['nothing there', undefined, 'text'],
    ['another text', 'other', 'text'],
    ['the beginning', 'tex', 'text'],
    ['more', 'text and more', 'text'],
    ['anything', 'text', ''],
    ['nothing in it', '', 'text'],
    ['another first letter', `b${LONG}`, `a${LONG}`],
    ['another last letter', `${LONG}b`, `${LONG}a`],
    ['the beginning of many blocks', LONG, LONG + LONG],
    ['many more blocks', LONG + LONG, LONG],
  ])('writes a file where there is %s', (_, existing, text) => {
    const { result, text: written, isOld, old } = staged(existing, [text]);
    expect(result).toEqual({ sha256: sha256(text), unchanged: false });
    expect(written).toBe(text);
    expect(isOld).toBe(false);
    if (existing !== undefined) expect(readFileSync(old, 'utf8')).toBe(existing);
  });

  test('pieces make no difference', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.boolean(), (pieces, same) => {
        const text = pieces.join('');
        const { result, text: written } = staged(same ? text : `${text}.`, pieces);
        expect(result).toEqual({ sha256: sha256(text), unchanged: same });
        expect(written).toBe(text);
      }),
      { numRuns: 30 },
    );
  });

  test('replaces a folder of that name', () => {
    const folder = folderOfTest();
    mkdirSync(join(folder, 'old'));
    expect(stageFile(join(folder, 'new'), ['a'], join(folder, 'old')).unchanged).toBe(false);
  });

  test('does not write over a file that it has linked', () => {
    const { path, old } = staged('text', ['text']);
    expect(() => stageFile(path, ['other'], join(path, 'absent'))).toThrow('EEXIST');
    expect(() => stageFile(path, ['texts'], old)).toThrow('EEXIST');
    expect(readFileSync(old, 'utf8')).toBe('text');
  });

  test('passes on what the text throws, and leaves no file open', () => {
    const open = () => readdirSync('/dev/fd').length;
    const before = open();
    const fail = function* () {
      yield LONG;
      throw new Error('half way');
    };
    expect(() => staged(LONG, fail())).toThrow('half way');
    expect(() => staged('other', fail())).toThrow('half way');
    expect(open()).toBe(before);
  });

  test('asks for the text piece by piece', () => {
    const folder = folderOfTest();
    const seen: number[] = [];
    const pieces = function* () {
      for (let index = 0; index < 4; index++) {
        yield LONG;
        seen.push(readdirSync(folder).length);
      }
    };
    stageFile(join(folder, 'new'), pieces(), join(folder, 'old'));
    expect(seen).toEqual([1, 1, 1, 1]);
    expect(readFileSync(join(folder, 'new'), 'utf8')).toBe(LONG.repeat(4));
  });
});

describe('linkOrCopy', () => {
  test('links', () => {
    const folder = folderOfTest();
    writeFileSync(join(folder, 'a'), 'a');
    linkOrCopy(join(folder, 'a'), join(folder, 'b'));
    expect(identityOf(join(folder, 'b'))).toEqual(identityOf(join(folder, 'a')));
  });

  test('copies with the time stamps where there can be no link', () => {
    const folder = folderOfTest();
    writeFileSync(join(folder, 'a'), 'a');
    utimesSync(join(folder, 'a'), 1, 1);
    // A link cannot be made over a file that is there, which stands for a file system without links.
    writeFileSync(join(folder, 'target'), '');
    symlinkSync(join(folder, 'target'), join(folder, 'b'));
    linkOrCopy(join(folder, 'a'), join(folder, 'b'));
    expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('a');
    expect(identityOf(join(folder, 'b')).modified).toBe(1000);
    expect(identityOf(join(folder, 'b')).inode).not.toBe(identityOf(join(folder, 'a')).inode);
  });
});

test('writes a file while the pieces of another one come, as the index does', () => {
  const folder = folderOfTest();
  const outer = function* () {
    yield 'first ';
    stageFile(join(folder, 'inner'), ['something else altogether'], undefined);
    yield 'last';
  };
  stageFile(join(folder, 'outer'), outer(), undefined);
  expect(readFileSync(join(folder, 'outer'), 'utf8')).toBe('first last');
});

test('a character may be split between two pieces', () => {
  const path = join(folderOfTest(), 'split');
  stageFile(path, ['a\ud83d', '', '\ude00b'], undefined);
  expect(readFileSync(path, 'utf8')).toBe('a😀b');
});
