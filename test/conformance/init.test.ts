import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

// A new repository as somebody makes it who has nothing but the package: made, installed, and run by its own script.

const ROOT = resolve(__dirname, '../..');
const base = mkdtempSync(join(tmpdir(), 'portcullis-init-'));
const repository = join(base, 'gate');
const MINUTES = 10 * 60_000;
// Each run of the script is a dozen processes, which a busy machine starts slowly.
vi.setConfig({ testTimeout: MINUTES });

/** Without what the caller's own npm hands down, which would name the caller's project. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|GITHUB_|BASE$|CI$)/.test(name)));

function run(cwd: string, command: string, ...args: readonly string[]) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return { status, output: `${stdout}${stderr}` };
}

function succeed(cwd: string, command: string, ...args: readonly string[]): string {
  const { status, output } = run(cwd, command, ...args);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${output}`);
  return output;
}

const git = (...args: readonly string[]) =>
  succeed(repository, 'git', '-c', 'user.name=test', '-c', 'user.email=test@example.org', ...args);

function replace(file: string, before: string, after: string): void {
  const text = readFileSync(join(repository, file), 'utf8');
  expect(text).toContain(before);
  writeFileSync(join(repository, file), text.replace(before, after));
}

/** Files below a folder with their text. */
function content(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      return [relative(folder, file), readFileSync(file, 'utf8')];
    }),
  );
}

beforeAll(() => {
  // `npm run synth` has built it.
  succeed(ROOT, 'npm', 'pack', '--ignore-scripts', '--pack-destination', base);
  const [tarball = ''] = readdirSync(base).filter((name) => name.endsWith('.tgz'));
  succeed(base, 'tar', 'xzf', tarball);
  // The template has to arrive as it is here: npm leaves files with some names out.
  expect(content(join(base, 'package/templates'))).toEqual(content(join(ROOT, 'templates')));
  succeed(base, 'node', join(ROOT, 'dist/lib/cli/bin.js'), 'init', 'gate', '--owners', '@acme/security');
  const manifest = join(repository, 'package.json');
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const text = readFileSync(manifest, 'utf8');
  const file = `"portcullis": "file:${join(base, tarball)}"`;
  expect(text).toContain(`"portcullis": "${version}"`);
  writeFileSync(manifest, text.replace(`"portcullis": "${version}"`, file));
  succeed(repository, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund');
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Begin');
}, MINUTES);

afterAll(() => rmSync(base, { recursive: true, force: true }));

test('passes its own script as it was created', () => {
  const { status, output } = run(repository, 'npm', 'run', 'ci');
  expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('all steps passed') });
  expect(readdirSync(join(repository, 'artifacts')).sort()).toEqual([
    'check-dev.sarif',
    'check-prod.sarif',
    'egress-summary.json',
    'lock.log',
    'lock.sarif',
    'reach-dev.json',
    'reach-prod.json',
    'sbom.cdx.json',
  ]);
  const { bomFormat, components } = JSON.parse(readFileSync(join(repository, 'artifacts/sbom.cdx.json'), 'utf8'));
  const names = components.map(({ name }: { name: string }) => name);
  expect([bomFormat, names.includes('portcullis'), names.includes('constructs')]).toEqual(['CycloneDX', true, true]);
  expect(git('status', '--porcelain')).toBe('');
});

test('passes its tests by npm test, and renders the same through cdk8s', () => {
  rmSync(join(repository, 'dist'), { recursive: true });
  succeed(repository, 'npm', 'test');
  const manifests = () =>
    Object.entries(content(join(repository, 'dist/manifests'))).filter(([file]) => file.endsWith('.yaml'));
  const rendered = manifests().filter(([file]) => !/(kustomization|kyverno-test)\.yaml$/.test(file));
  succeed(repository, 'npx', '--no-install', 'cdk8s', 'synth');
  // For cdk8s every file starts a document, and what is for kustomize or Kyverno's tests is no manifest.
  expect(manifests().map(([file, text]) => [file, text.replace(/^---\n/, '')])).toEqual(rendered);
});

/** A stack as Pulumi would run it, with a stand-in for the engine that prints how many resources of each kind it gets. */
const STACK = `
process.env.PULUMI_NODEJS_ROOT_DIRECTORY = process.cwd();
const pulumi = require('@pulumi/pulumi');
const kinds = {};
const newResource = ({ type, name, inputs }) => {
  kinds[type] = (kinds[type] ?? 0) + 1;
  return { id: name, state: inputs };
};
pulumi.runtime.setMocks({ newResource, call: () => ({}) }, 'gate', 'prod', false);
pulumi.runtime.setAllConfig({ 'portcullis:contexts': '{"platform":"prod"}', 'portcullis:protectDefaultDeny': 'true' });
const { environment, objects } = require('./dist/apps/pulumi.js');
process.on('exit', () => console.log(JSON.stringify({ environment, objects, kinds })));
`;

test('deploys the same objects by Pulumi', () => {
  succeed(repository, 'npm', 'run', 'synth');
  const printed = succeed(repository, 'node', '--eval', STACK);
  const { environment, objects, kinds } = JSON.parse(printed.slice(printed.indexOf('{"environment')));
  const { files } = JSON.parse(readFileSync(join(repository, 'dist/manifests/prod/platform/index.json'), 'utf8'));
  const rendered = files.flatMap((file: { objects?: readonly unknown[] }) => file.objects ?? []);
  expect([environment, objects]).toEqual(['prod', rendered.length]);
  expect(kinds['kubernetes:cilium.io/v2:CiliumNetworkPolicy']).toBeGreaterThan(5);
});

test('fails with the line of an entry that is widened, with that of a tool pinned lower, and says who may newly be reached', () => {
  const settings = join(repository, 'environments/prod.yaml');
  const line = readFileSync(settings, 'utf8')
    .split('\n')
    .findIndex((text) => text.includes('host: api.stripe.com'));
  replace('environments/prod.yaml', 'host: api.stripe.com', 'host: "*.stripe.com"');
  replace('tool-versions.json', '"20.19.0"', '"20.18.0"');
  const { status, output } = run(repository, 'env', 'BASE=main', 'GITHUB_ACTIONS=true', 'npm', 'run', 'ci');
  git('checkout', '--quiet', '.');
  expect(status).not.toBe(0);
  expect(output).toContain(`::error file=environments/prod.yaml,line=${line + 1},title=lock-widened::`);
  expect(output).toMatch(/^::error file=tool-versions\.json,line=4,.*node goes back from 20\.19\.0 to 20\.18\.0/m);
  expect(output).toMatch(/\nfailed: lock\nfailed: tools\n(?!failed)/);
  const report = readFileSync(join(repository, 'artifacts/reach-diff.md'), 'utf8');
  expect(report).toContain('`ws-finance/execution-plane[Component]` may newly reach `*.stripe.com`');
  expect(report).toContain('## dev\n\n## Reachability\n\nwho may reach whom stays the same');
  expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
});

test('a stale rendering does not answer for a program that fails', () => {
  replace('apps/platform.ts', "name: 'platform'", "name: 'Platform'");
  const { status, output } = run(repository, 'npm', 'run', 'ci');
  git('checkout', '--quiet', '.');
  expect(status).not.toBe(0);
  expect(output).toMatch(/\nfailed: synth\nfailed: lock\nfailed: policy\nfailed: check dev\n/);
  expect(existsSync(join(repository, 'dist/manifests/prod'))).toBe(false);
});
