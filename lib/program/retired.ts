import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../finding';
import { INDEX_FILE } from '../synth/layout';
import type { BuildOptions, Root } from './build';

/**
 * Outputs of earlier runs that this one does not write any more, because the environment is gone or no longer has the
 * program. They are named and stay: whoever applies them would not notice, but the wrong folder of settings must not
 * empty the outputs either.
 */
export function retiredOutputs(options: BuildOptions, roots: readonly Root[]): readonly Finding[] {
  const { outdir, programs, environment } = options;
  const written = new Set(roots.map((root) => root.app.outdir));
  const environments = environment === undefined ? foldersIn(outdir) : [environment];
  return environments
    .flatMap((name) => programs.map((program) => join(outdir, name, program.name)))
    .filter((folder) => !written.has(folder) && existsSync(join(folder, INDEX_FILE)))
    .map((folder) => ({
      rule: 'retired-output',
      severity: 'warning',
      where: { file: folder },
      message: 'an earlier run wrote these manifests, and no environment has them any more',
      fix: 'remove the folder once nothing of it runs any more',
    }));
}

function foldersIn(folder: string): readonly string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
