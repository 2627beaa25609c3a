import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

export const ROOT = resolve(__dirname, '../../..');

/** The package as it is published, compiled into a folder of its own. */
export interface Build {
  /** Folder of package.json. */
  readonly folder: string;
  /** Folder of the compiled code, `lib` and `apps`. */
  readonly dist: string;
  /** The command. */
  readonly bin: string;
}

/** Compiles the package before the tests of the calling file, and removes it after them. Types are not checked. */
export function builtPackage(): Build {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-build-'));
  const dist = join(folder, 'dist');
  beforeAll(() => {
    const tsc = createRequire(__filename).resolve('typescript/bin/tsc');
    const options = ['--outDir', dist, '--noCheck', '--noEmitOnError', 'false', '--declaration', 'false'];
    execFileSync(process.execPath, [tsc, '-p', join(ROOT, 'tsconfig.build.json'), ...options], { stdio: 'inherit' });
    execFileSync(process.execPath, [join(ROOT, 'scripts/lazy-index.mjs'), dist], { stdio: 'inherit' });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
    copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, dist, bin: join(dist, 'lib/cli/bin.js') };
}
