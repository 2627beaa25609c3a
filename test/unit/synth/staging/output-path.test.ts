import { chmodSync, mkdirSync, realpathSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { behindLinks, directoryMode, identity, reason } from '../../../../lib/synth/staging/output-path';
import { folderOfTest } from '../support';

test('a link leads where it says, relative to where it is', () => {
  const folder = realpathSync(folderOfTest());
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  symlinkSync('a/b', join(folder, 'link'));
  symlinkSync('../../later', join(folder, 'a/b/up'));
  expect(behindLinks(join(folder, 'link'))).toBe(join(folder, 'a/b'));
  expect(behindLinks(join(folder, 'link/up'))).toBe(join(folder, 'later'));
  expect(behindLinks(join(folder, 'nothing'))).toBe(join(folder, 'nothing'));
});

test('a directory stays itself under another name, and is not the next one of its name', () => {
  const folder = folderOfTest();
  const [path, moved] = [join(folder, 'a'), join(folder, 'b')];
  mkdirSync(path);
  const before = identity(path);
  renameSync(path, moved);
  expect(identity(moved)).toBe(before);
  mkdirSync(path);
  expect(identity(path)).not.toBe(before);
});

test('only a directory has the mode of one', () => {
  const folder = folderOfTest();
  mkdirSync(join(folder, 'a'));
  chmodSync(join(folder, 'a'), 0o750);
  writeFileSync(join(folder, 'file'), '');
  expect((directoryMode(join(folder, 'a')) ?? 0) & 0o777).toBe(0o750);
  for (const path of ['file', 'file/below', 'nothing']) expect(directoryMode(join(folder, path))).toBe(undefined);
});

describe('reasons', () => {
  test.each([
    ['EACCES', 'permission is denied'],
    ['EROFS', 'permission is denied'],
    ['ENOTDIR', 'a part of its path is a file'],
    ['EBUSY', 'it is a mount point'],
    ['EXDEV', 'it is a mount point'],
    ['ENOSPC', 'no space left'],
  ])('%s', (code, expected) => {
    expect(reason(Object.assign(new Error('no space left'), { code }))).toContain(expected);
  });
});
