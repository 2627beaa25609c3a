import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Version of this package, from the package.json above the code, wherever it was compiled to.
 * @param start folder of the code
 */
export function packageVersion(start = __dirname): string {
  let folder = start;
  while (!existsSync(join(folder, 'package.json'))) {
    // Code that was copied without its package still has to run.
    if (folder === dirname(folder)) return 'unknown';
    folder = dirname(folder);
  }
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}
