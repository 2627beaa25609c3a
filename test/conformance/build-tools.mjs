// Builds the programs in tools/ that the conformance tests run: each is a Go module of its own, pinned by its go.mod
// and go.sum. A program is built once and again when one of its files changes. Also fetches what fetched-tools.mjs lists.
//
//   node test/conformance/build-tools.mjs [--without NAME]... [--only NAME]...
//
// The variable GO names the Go command when it is not "go".
//
// The tests build through setup(), which vitest calls before the first test.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fetchedNames, fetchedVersion, fetchTool } from './fetched-tools.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const sources = path.join(here, 'tools');
const binaries = path.join(here, '.cache', 'bin');
const compiler = process.env.GO || 'go';

/** Tools with code in C, which need a C compiler as well. */
const withC = ['spire-entries'];

/** The names of all tools: the folders of tools/ that hold a Go module, and what is fetched. */
export function toolNames() {
  const built = readdirSync(sources).filter((name) => existsSync(path.join(sources, name, 'go.mod')));
  return [...built, ...fetchedNames()].sort();
}

/** The path of a tool that has been built. */
export function tool(name) {
  const file = binaryOf(name);
  if (!existsSync(file)) {
    throw new Error(`${name} is not built: run "node test/conformance/build-tools.mjs" first`);
  }
  return file;
}

/** Builds the tools that are missing, except those named, and returns the names of those that could not be built. */
export function buildTools(without = []) {
  requireTools(without);
  const failed = [];
  for (const name of toolNames()) {
    if (without.includes(name)) {
      console.log(`${name}: left out`);
    } else if (existsSync(binaryOf(name))) {
      console.log(`${name}: up to date`);
    } else {
      const started = Date.now();
      const error = build(name);
      if (error === undefined) {
        const done = fetchedVersion(name) === undefined ? 'built' : 'fetched';
        console.log(`${name}: ${done} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
      } else {
        console.error(`${name}: cannot be built: ${error}`);
        failed.push(name);
      }
    }
  }
  return failed;
}

function requireTools(names) {
  const unknown = names.filter((name) => !toolNames().includes(name));
  if (unknown.length > 0) {
    throw new Error(`there is no tool ${unknown.join(', ')}; the tools are ${toolNames().join(', ')}`);
  }
}

/** vitest's global setup. PORTCULLIS_CONFORMANCE_WITHOUT names the tools to leave out, separated by commas. */
export function setup(project) {
  const without = (process.env.PORTCULLIS_CONFORMANCE_WITHOUT ?? '').split(',').filter((name) => name !== '');
  const failed = buildTools(without);
  if (failed.length > 0) {
    const leaveOut = [...without, ...failed].join(',');
    throw new Error(`cannot build ${failed.join(', ')}; PORTCULLIS_CONFORMANCE_WITHOUT=${leaveOut} leaves it out`);
  }
  const built = toolNames().filter((name) => !without.includes(name));
  project.provide('tools', Object.fromEntries(built.map((name) => [name, tool(name)])));
}

/** Builds one tool; returns the error, or nothing when all went well. */
function build(name) {
  const binary = binaryOf(name);
  const unfinished = `${binary}.${process.pid}`;
  mkdirSync(binaries, { recursive: true });
  const error = fetchedVersion(name) === undefined ? compile(name, unfinished) : fetchTool(name, unfinished, compiler);
  if (error !== undefined) {
    rmSync(unfinished, { recursive: true, force: true });
    return error;
  }
  renameSync(unfinished, binary);
  for (const entry of readdirSync(binaries)) {
    if (entry.startsWith(`${name}@`) && entry !== path.basename(binary)) {
      rmSync(path.join(binaries, entry), { recursive: true });
    }
  }
  return undefined;
}

function compile(name, unfinished) {
  const flags = ['-trimpath', '-buildvcs=false', '-mod=readonly', `-ldflags=${linkerFlags(name)}`];
  const result = spawnSync(compiler, ['build', ...flags, '-o', unfinished, '.'], {
    cwd: path.join(sources, name),
    env: { ...process.env, CGO_ENABLED: withC.includes(name) ? '1' : '0', GOWORK: 'off' },
    encoding: 'utf8',
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  if (result.error !== undefined) {
    return result.error.code === 'ENOENT' ? `the command "${compiler}" was not found` : result.error.message;
  }
  return result.status === 0
    ? undefined
    : `go build ended with ${result.signal ?? `status ${result.status}`}\n${result.stderr.trimEnd()}`;
}

/** Where the tool lies when it is built from the files as they are now. */
function binaryOf(name) {
  const version = fetchedVersion(name);
  if (version !== undefined) return path.join(binaries, `${name}@${version}`);
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

function main(args) {
  const named = { '--without': [], '--only': [] };
  for (let i = 0; i < args.length; i += 2) {
    const names = named[args[i]];
    if (names === undefined || args[i + 1] === undefined) {
      console.error('usage: node test/conformance/build-tools.mjs [--without NAME]... [--only NAME]...');
      return 2;
    }
    names.push(args[i + 1]);
  }
  const { '--without': without, '--only': only } = named;
  try {
    requireTools([...without, ...only]);
    const rest = only.length === 0 ? [] : toolNames().filter((name) => !only.includes(name));
    return buildTools([...new Set([...without, ...rest])]).length === 0 ? 0 : 1;
  } catch (error) {
    console.error(error.message);
    return 2;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = main(process.argv.slice(2));
}
