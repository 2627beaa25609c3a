// Definitions of custom resources, out of the Go modules that publish them: `module`, `version` and the `definitions`
// folder in it. Go checks what it downloads against its database of checksums.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = path.join(path.dirname(fileURLToPath(import.meta.url)), '.cache', 'definitions');
const compiler = process.env.GO || 'go';

/** The folder of the YAML files if they have been fetched. */
export function fetchedDefinitions(tool) {
  const folder = folderOf(tool);
  return existsSync(folder) ? folder : undefined;
}

/**
 * Downloads the module and copies the definitions; returns what went wrong: `error`, or `timedOut`.
 * @param milliseconds that it may take
 */
export function fetchDefinitions(tool, milliseconds) {
  const { module, version, definitions } = tool;
  const result = spawnSync(compiler, ['mod', 'download', '-json', `${module}@v${version}`], {
    // Outside of any module.
    cwd: tmpdir(),
    env: { ...process.env, GOWORK: 'off' },
    encoding: 'utf8',
    timeout: Math.max(1, Math.floor(milliseconds)),
  });
  if (result.error?.code === 'ETIMEDOUT') return { timedOut: true };
  if (result.error !== undefined) {
    return {
      error: result.error.code === 'ENOENT' ? `the command "${compiler}" was not found` : result.error.message,
    };
  }
  const { Dir: source, Error: refusal } = result.stdout.startsWith('{') ? JSON.parse(result.stdout) : {};
  if (source === undefined) return { error: refusal ?? result.stderr.trimEnd() };
  if (!existsSync(path.join(source, definitions))) return { error: `${module} has no folder ${definitions}` };
  const folder = folderOf(tool);
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    const files = readdirSync(path.join(source, definitions), { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))) {
      cpSync(path.join(file.parentPath, file.name), path.join(unfinished, file.name));
    }
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return {};
}

function folderOf({ name, version }) {
  return path.join(cache, `${name}@${version}`);
}
