// Builds a program from its folder in tools/, which is a Go module of its own, pinned by its go.mod and go.sum. It is
// built once and again when one of its files changes. The variable GO names the Go command when it is not "go".

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const sources = path.join(here, 'tools');
const binaries = path.join(here, '.cache', 'bin');
const compiler = process.env.GO || 'go';

/** The folders of tools/ that hold a Go module. */
export function goFolders() {
  return readdirSync(sources).filter((name) => existsSync(path.join(sources, name, 'go.mod')));
}

/** The path of the program if it has been built from the files as they are now. */
export function builtGoTool({ name }) {
  const file = binaryOf(name);
  return existsSync(file) ? file : undefined;
}

/**
 * Builds a program; returns what went wrong: `error`, or `timedOut` when there was not enough time.
 * @param milliseconds that it may take
 */
export function buildGoTool({ name, cgo = false }, milliseconds) {
  const binary = binaryOf(name);
  const unfinished = `${binary}.${process.pid}`;
  mkdirSync(binaries, { recursive: true });
  const flags = ['-trimpath', '-buildvcs=false', '-mod=readonly', `-ldflags=${linkerFlags(name)}`];
  const result = spawnSync(compiler, ['build', ...flags, '-o', unfinished, '.'], {
    cwd: path.join(sources, name),
    env: { ...process.env, CGO_ENABLED: cgo ? '1' : '0', GOWORK: 'off' },
    encoding: 'utf8',
    maxBuffer: Number.POSITIVE_INFINITY,
    timeout: Math.max(1, Math.floor(milliseconds)),
    // Go ends the compilers that it started when it is interrupted, and leaves them running when it is killed.
    killSignal: 'SIGINT',
  });
  if (result.error?.code === 'ETIMEDOUT') {
    rmSync(unfinished, { force: true });
    return { timedOut: true };
  }
  if (result.error !== undefined) {
    return {
      error: result.error.code === 'ENOENT' ? `the command "${compiler}" was not found` : result.error.message,
    };
  }
  if (result.status !== 0) {
    rmSync(unfinished, { force: true });
    return { error: `go build ended with ${result.signal ?? `status ${result.status}`}\n${result.stderr.trimEnd()}` };
  }
  renameSync(unfinished, binary);
  for (const entry of readdirSync(binaries)) {
    if (entry.startsWith(`${name}@`) && entry !== path.basename(binary)) {
      rmSync(path.join(binaries, entry));
    }
  }
  return {};
}

/** The version of the module that the program is made of, as its go.mod pins it. */
export function goToolVersion({ name, module }) {
  const goMod = readFileSync(path.join(sources, name, 'go.mod'), 'utf8');
  const escaped = module.replaceAll('.', '\\.');
  const version = new RegExp(`^(?:require)?\\s*${escaped} v(\\S+)`, 'm').exec(goMod)?.[1];
  if (version === undefined) throw new Error(`tools/${name}/go.mod does not require ${module}`);
  // The libraries of Kubernetes 1.x.y are published as v0.x.y.
  return module.startsWith('k8s.io/') ? version.replace(/^0\./, '1.') : version;
}

/** Where the program lies when it is built from the files as they are now. */
function binaryOf(name) {
  const folder = path.join(sources, name);
  const hash = createHash('sha256').update(linkerFlags(name));
  for (const file of readdirSync(folder).sort()) {
    hash.update(`\0${file}\0`).update(readFileSync(path.join(folder, file)));
  }
  return path.join(binaries, `${name}@${hash.digest('hex').slice(0, 16)}`);
}

function linkerFlags(name) {
  // The modules of Kubernetes 1.x.y are published as v0.x.y and do not know which release they belong to.
  const goMod = readFileSync(path.join(sources, name, 'go.mod'), 'utf8');
  const release = /^\s*k8s\.io\/component-base v0\.(\S+)$/m.exec(goMod)?.[1];
  const version = release === undefined ? '' : ` -X k8s.io/component-base/version.gitVersion=v1.${release}`;
  return `-s -w${version}`;
}
