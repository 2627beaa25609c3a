import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../environment/refusal';
import { builtPackage, ROOT } from './build';

const build = builtPackage();
const root = temporaryFolder();

test('ends with the exit code of the command', () => {
  const { status, stderr } = spawnSync(process.execPath, [build.bin, 'sytnh'], { encoding: 'utf8' });
  expect(status).toBe(3);
  expect(stderr).toContain("unknown command 'sytnh'");
});

test.skipIf(process.platform === 'win32')('does not mind that nobody reads what it writes', () => {
  const app = join(build.dist, 'apps/portarium.js');
  const args = [build.bin, 'synth', app, '--json', '--environments', join(ROOT, 'environments'), '--outdir', root];
  const script = '{ "$0" "$@"; echo "exit code $?" >&2; } | true';
  const { stderr } = spawnSync('sh', ['-c', script, process.execPath, ...args], { encoding: 'utf8' });
  expect(stderr).toBe('exit code 0\n');
});
