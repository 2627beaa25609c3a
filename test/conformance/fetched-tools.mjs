// What the conformance tests need and nobody here builds: programs out of Debian's packages, which are unpacked and not
// installed so that no server starts, and definitions of custom resources out of the Go modules that publish them.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Program of a Debian package. */
const PROGRAMS = {
  etcd: { package: 'etcd-server', file: 'usr/bin/etcd' },
};

/** Folders of a Go module that hold definitions of custom resources. */
const DEFINITIONS = {
  'cilium-crds': {
    module: 'github.com/cilium/cilium@v1.19.4',
    folder: 'pkg/k8s/apis/cilium.io/client/crds',
  },
  'kyverno-crds': {
    module: 'github.com/kyverno/kyverno@v1.19.0',
    folder: 'config/crds',
  },
  'prometheus-operator-crds': {
    module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
    folder: 'example/prometheus-operator-crd',
  },
  'spire-crds': {
    module: 'github.com/spiffe/spire-controller-manager@v0.6.6',
    folder: 'config/crd/bases',
  },
};

/** The names of everything that can be fetched. */
export function fetchedNames() {
  return [...Object.keys(PROGRAMS), ...Object.keys(DEFINITIONS)];
}

/** What tells one version of the tool from another, as part of a file name; nothing if the tool is built. */
export function fetchedVersion(name) {
  if (name in PROGRAMS) return PROGRAMS[name].package;
  if (name in DEFINITIONS) return DEFINITIONS[name].module.split('@')[1];
  return undefined;
}

/** Fetches a tool to a path: a program, or a folder of YAML files. Returns the error, or nothing when all went well. */
export function fetchTool(name, target, compiler) {
  return name in PROGRAMS ? unpack(PROGRAMS[name], target) : copyDefinitions(DEFINITIONS[name], target, compiler);
}

function unpack({ package: debian, file }, target) {
  const folder = mkdtempSync(path.join(tmpdir(), 'portcullis-debian-'));
  try {
    let failure = command('apt-get', ['download', debian], folder).error;
    if (failure !== undefined) {
      // The lists of a fresh machine are empty or old.
      failure = command('apt-get', ['update'], folder).error ?? command('apt-get', ['download', debian], folder).error;
    }
    if (failure !== undefined) return failure;
    const archive = readdirSync(folder).find((entry) => entry.endsWith('.deb'));
    if (archive === undefined) return `apt-get downloaded no package ${debian}`;
    failure = command('dpkg-deb', ['-x', archive, 'unpacked'], folder).error;
    if (failure !== undefined) return failure;
    cpSync(path.join(folder, 'unpacked', file), target);
    return undefined;
  } catch (error) {
    return error.message;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyDefinitions({ module, folder }, target, compiler) {
  // Outside of a module; Go checks what it downloads against its database of checksums.
  const { error, stdout } = command(compiler, ['mod', 'download', '-json', module], tmpdir());
  const { Dir: directory, Error: refusal } = stdout.startsWith('{') ? JSON.parse(stdout) : {};
  if (refusal !== undefined || error !== undefined) return refusal ?? error;
  try {
    mkdirSync(target, { recursive: true });
    const files = readdirSync(path.join(directory, folder), { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))) {
      cpSync(path.join(file.parentPath, file.name), path.join(target, file.name));
    }
    return undefined;
  } catch (error) {
    return error.message;
  }
}

function command(program, args, cwd) {
  const result = spawnSync(program, args, {
    cwd,
    env: { ...process.env, GOWORK: 'off', GOFLAGS: '' },
    encoding: 'utf8',
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  if (result.error !== undefined) {
    const text = result.error.code === 'ENOENT' ? `the command "${program}" was not found` : result.error.message;
    return { error: text, stdout: '' };
  }
  const ended = `${program} ${args.join(' ')} ended with ${result.signal ?? `status ${result.status}`}`;
  return {
    error: result.status === 0 ? undefined : `${ended}\n${result.stderr.trimEnd()}`,
    stdout: result.stdout,
  };
}
