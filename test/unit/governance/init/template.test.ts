import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { templateFiles } from '../../../../lib/governance/init/template';
import { checkLock } from '../../../../lib/governance/lock/check-lock';
import { parseLock } from '../../../../lib/governance/lock/lock-file';
import { lockedByPrograms } from '../../../../lib/governance/lock/programs';
import { writeLock } from '../../../../lib/governance/lock/write-lock';
import type { Program } from '../../../../lib/program/program';
import { run } from '../../../../lib/program/run';
import { stackFindings, stackFolder } from '../../../../lib/pulumi/stack-files';
import { temporaryFolder, writeFolder } from '../../environment/refusal';
import { added, allowlistLines, widened } from '../lock/widening';

const ROOT = resolve(__dirname, '../../../..');
const FILES = new Map(
  templateFiles({ name: 'gate', version: '1.2.3', owners: '@acme/security' }).map(({ path, text }) => [path, text]),
);
const base = temporaryFolder();
const text = (path: string) => FILES.get(path) as string;

/** The program of the template, with the library as it is here. */
let program: Program;

beforeAll(async () => {
  const file = join(base, 'platform.ts');
  writeFileSync(file, text('apps/platform.ts').replace("'portcullis'", JSON.stringify(join(ROOT, 'lib/index.ts'))));
  program = (await import(file)).program;
});

/** Settings of the template, with one of them replaced. */
function settings(replaced: Readonly<Record<string, string>> = {}): string {
  const environments = [...FILES].filter(([path]) => path.startsWith('environments/'));
  const folder = join(base, 'environments');
  writeFolder(
    folder,
    Object.fromEntries(environments.map(([path, settings]) => [path.split('/')[1], replaced[path] ?? settings])),
  );
  return folder;
}

function drifts(environments: string) {
  const locked = lockedByPrograms({ programs: [program], environments });
  return checkLock(locked, text('policy_allowlist.lock'), 'policy_allowlist.lock').drifts;
}

test('is proved, without a warning', () => {
  const { findings, roots } = run({ programs: [program], environments: settings(), outdir: join(base, 'out') });
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  expect(roots.map(({ environment, proof }) => [environment, proof.pairs > 0, proof.accepted])).toEqual([
    ['dev', true, 0],
    ['prod', true, 0],
  ]);
});

/** `npx vitest run test/unit/governance/init --update` writes it. */
test('has the lock that the command would write', async () => {
  const lock = text('policy_allowlist.lock');
  const locked = lockedByPrograms({ programs: [program], environments: settings() });
  const written = writeLock(locked, parseLock(lock, 'policy_allowlist.lock'));
  await expect(written).toMatchFileSnapshot(join(ROOT, 'templates/init/policy_allowlist.lock'));
});

const ENTRIES = [...FILES]
  .filter(([path]) => path.startsWith('environments/'))
  .flatMap(([path, settings]) => allowlistLines(path, settings));

test('has entries to widen in every environment', () => {
  expect(new Set(ENTRIES.map(({ file }) => file))).toEqual(
    new Set(['environments/dev.yaml', 'environments/prod.yaml']),
  );
});

describe.each(ENTRIES)('when $value in $file is widened', (entry) => {
  const { file, line } = entry;
  const where = expect.objectContaining({ file: join(base, file), line });

  test('the check of the lock names the line that did it', () => {
    const found = drifts(settings({ [file]: widened(text(file), entry) }));
    expect(found.map(({ kind, where: place }) => [kind, place])).toEqual([['widened', where]]);
  });

  test('the check of the lock names the line of a further entry', () => {
    const found = drifts(settings({ [file]: added(text(file), entry) }));
    expect(found.map(({ kind, where: place }) => [kind, place])).toEqual([['added', where]]);
  });
});

test('installs the versions that this repository is tested with, all of them exact', () => {
  const { dependencies, devDependencies } = JSON.parse(text('package.json'));
  const ours = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).devDependencies;
  const { portcullis, ...others } = dependencies;
  expect(portcullis).toBe('1.2.3');
  for (const [name, version] of Object.entries({ ...others, ...devDependencies }))
    expect([name, version]).toEqual([name, ours[name]]);
});

test('relies on no script that runs by itself, since .npmrc forbids them', () => {
  expect(text('.npmrc')).toContain('ignore-scripts=true');
  const { scripts } = JSON.parse(text('package.json'));
  expect(Object.keys(scripts).filter((name) => /^(pre|post)/.test(name))).toEqual([]);
});

test('has scripts that bash reads', () => {
  const scripts = [...FILES.keys()].filter((path) => path.endsWith('.sh'));
  expect(scripts).toEqual(['scripts/ci.sh', 'scripts/reach-diff.sh']);
  for (const path of scripts) {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: text(path), encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  }
});

test('has a stack for each environment, with a cluster for the program and protection for prod', () => {
  const folder = join(base, 'pulumi');
  const stacks = [...FILES].filter(([path]) => path.startsWith('Pulumi'));
  writeFolder(folder, Object.fromEntries(stacks));
  expect(stackFindings(stackFolder(folder), settings(), 'prod')).toEqual([]);
  const config = (stack: string) => parse(text(`Pulumi.${stack}.yaml`)).config;
  for (const stack of ['dev', 'prod']) expect(config(stack)['portcullis:contexts']).toEqual({ [program.name]: stack });
  expect(config('prod')['portcullis:protectDefaultDeny']).toBe(true);
  const ours = parse(readFileSync(join(ROOT, 'Pulumi.yaml'), 'utf8'));
  const policy = parse(readFileSync(join(ROOT, 'policy-pack/PulumiPolicy.yaml'), 'utf8'));
  expect(parse(text('PulumiPolicy.yaml'))).toEqual(policy);
  // Pulumi starts the main of the package beside it.
  expect(JSON.parse(text('package.json')).main).toBe('dist/apps/policy-pack.js');
  expect(parse(text('Pulumi.yaml'))).toMatchObject({ name: 'gate', runtime: ours.runtime, main: ours.main });
});

describe('CODEOWNERS', () => {
  const rules = text('.github/CODEOWNERS')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/\s+/) as [string, ...string[]]);
  const pattern = (glob: string) =>
    new RegExp(`^${glob.slice(1).replaceAll('.', '\\.').replaceAll('*', '[^/]*')}${glob.endsWith('/') ? '' : '$'}`);

  test('covers everything that can widen what is allowed, or weaken what verifies it', () => {
    const open = [...FILES.keys()].filter((path) => !rules.some(([glob]) => pattern(glob).test(path)));
    expect(open).toEqual(['.gitignore', 'README.md']);
  });

  test('names the owners on every line', () => {
    for (const [, ...owners] of rules) expect(owners).toEqual(['@acme/security']);
  });
});

test('the workflow runs the script of the repository, and audits its dependencies', () => {
  const { jobs } = parse(text('.github/workflows/policy.yml'));
  const commands = (job: string) => jobs[job].steps.flatMap(({ run: command }: { run?: string }) => command ?? []);
  expect(commands('verify')).toEqual(['npm ci', 'npm run ci']);
  expect(commands('audit')).toEqual(['npm ci', 'npm run audit']);
  const { scripts } = JSON.parse(text('package.json'));
  expect(scripts.audit).toMatch(/npm audit --audit-level high --omit dev && npm audit signatures/);
  expect(scripts.ci).toBe('bash scripts/ci.sh');
});
