// Builds and runs every project in examples/ as an outsider who installed the package: `npm pack`, unpacked into the
// project's node_modules, beside what the two of them declare and nothing else. Other packages are those of this
// repository, so that nothing is downloaded.
//
//   node scripts/test-examples.mjs [name…]
//
// Exits with 1 if one of them fails.

import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const EXAMPLES = join(ROOT, 'examples');
/** What each project has to leave behind, so that one that does nothing is noticed. */
const OUTPUTS = {
  cdk8s: ['dist', /ws-payments.*\.k8s\.yaml$/],
  esm: ['dist/manifests/prod/portarium/argocd', /^workspaces\.yaml$/],
  pulumi: ['.', /^index\.js$/],
};

const all = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const names = process.argv.length > 2 ? process.argv.slice(2) : all;
const folder = mkdtempSync(join(tmpdir(), 'portcullis-examples-'));
try {
  const packed = pack();
  const failed = names.filter((name) => !works(name, packed));
  process.stdout.write(`${names.length - failed.length} of ${names.length} examples work\n`);
  if (failed.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Packs what was built and unpacks it, as a registry would hand it out. */
function pack() {
  const output = execFileSync('npm', ['pack', '--silent', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: ROOT,
  });
  const text = output.toString();
  const [{ filename }] = JSON.parse(text.slice(text.indexOf('[')));
  execFileSync('tar', ['-xzf', join(folder, basename(filename)), '-C', folder]);
  return join(folder, 'package');
}

function works(name, packed) {
  const project = join(folder, name);
  cpSync(join(EXAMPLES, name), project, { recursive: true });
  const modules = join(project, 'node_modules');
  cpSync(packed, join(modules, 'portcullis'), { recursive: true });
  const own = readJson(join(project, 'package.json'));
  const ours = readJson(join(packed, 'package.json'));
  // Optional peers are there only if the project asks for them.
  const optional = new Set(Object.keys(ours.peerDependenciesMeta ?? {}));
  const peers = Object.keys(ours.peerDependencies).filter((peer) => !optional.has(peer));
  const wanted = [own.dependencies, own.devDependencies, ours.dependencies].flatMap((list) => Object.keys(list ?? {}));
  for (const wantedName of new Set([...wanted, ...peers])) link(wantedName, modules);
  const bins = [join(modules, '.bin'), join(ROOT, 'node_modules/.bin')];
  mkdirSync(join(modules, '.bin'), { recursive: true });
  const bin = join(modules, 'portcullis', ours.bin.portcullis);
  chmodSync(bin, 0o755);
  symlinkSync(bin, join(modules, '.bin/portcullis'));
  // cdk8s asks npm for its newest version otherwise.
  const env = { ...process.env, PATH: [...bins, process.env.PATH].join(delimiter), CDK8S_CHECK_UPGRADE: 'false' };
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: project, env, stdio: 'inherit' });
  const isThere = left(project, OUTPUTS[name]);
  if (!isThere) process.stderr.write(`${name}: ${OUTPUTS[name]?.join(': ') ?? 'its output'} was not found\n`);
  process.stdout.write(`${name}: ${status === 0 && isThere ? 'works' : 'FAILED'}\n`);
  return status === 0 && isThere;
}

function left(project, [directory, pattern] = []) {
  const path = directory === undefined ? undefined : join(project, directory);
  return path !== undefined && existsSync(path) && readdirSync(path).some((file) => pattern.test(file));
}

/** Puts a package of this repository into a project's node_modules. */
function link(name, modules) {
  const target = join(modules, name);
  if (existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(resolve(ROOT, 'node_modules', name), target);
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
