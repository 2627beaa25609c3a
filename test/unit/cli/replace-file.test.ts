import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replaceFile } from '../../../lib/cli/replace-file';
import { FindingsError } from '../../../lib/finding';
import { temporaryFolder } from '../environment/refusal';

const folder = temporaryFolder();

test('leaves nothing but the file, with the rights that it had', () => {
  const file = join(folder, 'one', 'a.lock');
  mkdirSync(join(folder, 'one'));
  replaceFile(file, 'first', 'the lock');
  chmodSync(file, 0o600);
  writeFileSync(`${file}.new`, 'of somebody else');
  replaceFile(file, 'second', 'the lock');
  expect(readFileSync(file, 'utf8')).toBe('second');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(`${file}.new`, 'utf8')).toBe('of somebody else');
  expect(readdirSync(join(folder, 'one')).sort()).toEqual(['a.lock', 'a.lock.new']);
});

test('keeps a link, and replaces what it leads to', () => {
  const [file, link] = [join(folder, 'real.json'), join(folder, 'link.json')];
  writeFileSync(file, 'first');
  symlinkSync(file, link);
  replaceFile(link, 'second', 'the summary');
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe('second');
});

test('writes to what an open file is known by below /dev, and does not replace it', () => {
  const file = join(folder, 'opened.json');
  const opened = openSync(file, 'w+');
  const { ino } = statSync(file);
  replaceFile(`/dev/fd/${opened}`, 'text', 'the summary');
  closeSync(opened);
  expect([readFileSync(file, 'utf8'), statSync(file).ino]).toEqual(['text', ino]);
});

test('a folder is in the way, and stays as it is', () => {
  const at = join(folder, 'folder');
  mkdirSync(at);
  expect(() => replaceFile(at, 'text', 'the summary')).toThrow(FindingsError);
  expect(readdirSync(at)).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});
