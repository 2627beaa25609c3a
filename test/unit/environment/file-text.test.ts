import { chmodSync, closeSync, ftruncateSync, openSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LARGEST_FILE, readText } from '../../../lib/environment/file-text';
import { refused, settings, temporaryFolder, writeFolder } from './refusal';

const root = temporaryFolder();
const folder = join(root, 'files');
const file = join(folder, 'prod.yaml');

/** A file of that many bytes that takes no place on the disk. */
function writeSparse(bytes: number): void {
  writeFolder(folder, { 'prod.yaml': '' });
  const handle = openSync(file, 'w');
  ftruncateSync(handle, bytes);
  closeSync(handle);
}

test('50 MB are refused without being read', () => {
  writeSparse(50 * 1024 * 1024);
  const before = process.memoryUsage().arrayBuffers;
  const { errors, exitCode } = refused(root, { environments: folder });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * 1024 * 1024);
  expect(errors).toEqual([
    'prod.yaml: error: the file has 52428800 bytes; settings have at most 16777216 bytes; check that this is the right file (file-too-large)',
  ]);
  expect(exitCode).toBe(1);
});

test('a file of just the largest size is read', () => {
  writeSparse(LARGEST_FILE);
  expect(readText(file)).toEqual({ text: '\0'.repeat(LARGEST_FILE) });
});

test('one byte more is refused', () => {
  writeSparse(LARGEST_FILE + 1);
  expect(readText(file)).toMatchObject({ findings: [{ rule: 'file-too-large' }] });
});

test.skipIf(process.platform === 'win32')('a device is refused, since some have no end', () => {
  writeFolder(folder, {});
  symlinkSync('/dev/null', file);
  expect(refused(root, { environments: folder }).errors).toEqual([
    'prod.yaml: error: a device or a pipe stands where a settings file should be; put a file in its place (file-unreadable)',
  ]);
});

test.skipIf(process.getuid?.() === 0)('a file that may not be read', () => {
  writeFolder(folder, { 'prod.yaml': settings() });
  chmodSync(file, 0o000);
  const { errors, exitCode } = refused(root, { environments: folder });
  expect(errors).toEqual([
    'prod.yaml: error: the file cannot be read: permission denied; check that it exists and who may read it (file-unreadable)',
  ]);
  expect(exitCode).toBe(3);
});
