import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import { synthSchema } from '../../../lib/program/run-schema';
import { allowlist, type Files, settings, snapshot, temporaryFolder, writeFolder } from '../environment/refusal';
import { builtPackage, ROOT } from './build';

const build = builtPackage();
const root = temporaryFolder();
const cwd = join(root, 'project');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in the project folder, with its output piped. */
function portcullis(args: readonly string[], env: NodeJS.ProcessEnv = {}): Ended {
  const { CDK8S_OUTDIR: _, FORCE_COLOR: __, ...inherited } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [build.bin, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...inherited, CI: 'true', ...env },
  });
  return { code: status, stdout, stderr };
}

/** A module in the language of its ending that renders a service, and whatever `more` says. */
function program(file: string, name: string, more = ''): Files {
  const library = JSON.stringify(join(build.dist, 'lib/index.js'));
  const names = 'defineProgram, dialectOf, Platform, Port, Service';
  const [load, give] = file.endsWith('.mjs')
    ? [`import { ${names} } from ${library};`, 'export const program =']
    : [`const { ${names} } = require(${library});`, 'exports.program ='];
  const text = `${load}
${give} defineProgram({
  name: '${name}',
  build: (app, environment) => {
    const platform = new Platform(app, 'platform', { dialect: dialectOf(environment.dialect) });
    new Service(platform, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)] });
    ${more}
  },
});
`;
  return { [file]: text };
}

/** Replaces the project folder by these files, beside an environment `dev` and `prod` and the output of earlier. */
function project(files: Files): void {
  writeFolder(cwd, {
    'environments/dev.yaml': 'dialect: { kind: kubernetes }\n',
    'environments/prod.yaml': settings(),
    'dist/manifests/prod/main/earlier.yaml': 'earlier',
    ...files,
  });
}

function out(): readonly string[] {
  return snapshot(join(cwd, 'dist'));
}

beforeEach(() => project(program('main.js', 'main')));

describe('a run that is fine', () => {
  test('writes, and says what, in plain text', () => {
    const { code, stdout, stderr } = portcullis(['synth', 'main.js']);
    expect(stderr).toBe('');
    expect(stdout).not.toContain('\u001b');
    const rows = stdout.split('\n').map((line) => line.replace(/\d+\.\d\d s$/, ''));
    expect(rows).toEqual([
      'environment  program  workspaces  objects  edges  written  unchanged  removed',
      'dev          main              0        3      0        7          0        0',
      'prod         main              0        3      0        7          0        0',
      '2 environments, 0 workspaces, 6 objects, 0 edges; files: 14 written, 0 unchanged, 0 removed; ',
      'proved from the manifests: 0 pairs of ends compared, no difference',
      '',
    ]);
    expect(code).toBe(0);
    expect(existsSync(join(cwd, 'dist/manifests/dev/main/kustomization.yaml'))).toBe(true);
  });

  test.each(['main.mjs', 'main.cjs'])('takes %s', (file) => {
    project(program(file, 'main'));
    expect(portcullis(['synth', file])).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(join(cwd, 'dist/manifests/prod/main/network-policies/vault.yaml'))).toBe(true);
  });

  test('renders the Portarium program for the committed environments', () => {
    const app = join(build.dist, 'apps/portarium.js');
    const { code, stdout, stderr } = portcullis(['synth', app, '--environments', join(ROOT, 'environments')]);
    expect(stdout).toContain('3 environments, 5 workspaces,');
    expect(stderr).toMatch(
      /reference\.yaml: portarium.*\n {2}warning: [\s\S]*\d+ warnings, \d+ notes \(--json lists them\)\n$/,
    );
    // Metrics are named after errors, too.
    expect(stderr).not.toMatch(/^ *error: /m);
    expect(code).toBe(0);
  });

  test('renders several programs for one environment only', () => {
    project({ ...program('main.js', 'main'), ...program('other.mjs', 'other') });
    const { code, stdout } = portcullis(['synth', 'main.js', 'other.mjs', '--env', 'prod', '--json']);
    expect(code).toBe(0);
    const { roots } = JSON.parse(stdout);
    expect(roots.map(({ environment, program: of }: Record<string, string>) => [environment, of])).toEqual([
      ['prod', 'main'],
      ['prod', 'other'],
    ]);
    expect(existsSync(join(cwd, 'dist/manifests/dev'))).toBe(false);
  });

  test('takes the folders that it is given', () => {
    project({ ...program('main.js', 'main'), 'my settings/prod.yaml': settings() });
    const before = out();
    const { code } = portcullis(['synth', 'main.js', '--environments', 'my settings', '--outdir', 'my output']);
    expect(code).toBe(0);
    expect(existsSync(join(cwd, 'my output/prod/main/kustomization.yaml'))).toBe(true);
    expect(out()).toEqual(before);
  });

  test.each([
    ['instead of the default', [], 'from-cdk8s'],
    ['but not of --outdir', ['--outdir', 'mine'], 'mine'],
  ])('takes CDK8S_OUTDIR %s', (_, args, folder) => {
    const { code } = portcullis(['synth', 'main.js', ...args], { CDK8S_OUTDIR: 'from-cdk8s' });
    expect(code).toBe(0);
    expect(existsSync(join(cwd, folder, 'prod/main/network-policies/vault.yaml'))).toBe(true);
    // `cdk8s synth` takes every YAML file for a manifest.
    expect(existsSync(join(cwd, folder, 'prod/main/kustomization.yaml'))).toBe(false);
  });

  test('takes an empty CDK8S_OUTDIR for none', () => {
    expect(portcullis(['synth', 'main.js'], { CDK8S_OUTDIR: '' }).code).toBe(0);
    expect(existsSync(join(cwd, 'dist/manifests/prod/main/namespaces.yaml'))).toBe(true);
    expect(existsSync(join(cwd, 'prod'))).toBe(false);
  });

  test('says nothing with --quiet, warnings included', () => {
    project({
      'main.js': program('main.js', 'main')
        ['main.js']?.toString()
        .replace('(environment.dialect)', "(environment.dialect), directions: ['Egress']"),
    });
    expect(portcullis(['synth', 'main.js']).stderr).toContain('2 warnings');
    expect(portcullis(['synth', 'main.js', '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('writes nothing but JSON with --json', () => {
    const { code, stdout, stderr } = portcullis(['synth', 'main.js', '--json']);
    expect(v.safeParse(synthSchema, JSON.parse(stdout)).issues).toBeUndefined();
    expect([code, stderr]).toEqual([0, '']);
    const root = { program: 'main', workspaces: 0, objects: 3, edges: 0, written: 7, unchanged: 0, removed: 0 };
    const proof = { pairs: 0, accepted: 0 };
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      roots: [
        { ...root, proof, environment: 'dev', outdir: 'dist/manifests/dev/main' },
        { ...root, proof, environment: 'prod', outdir: 'dist/manifests/prod/main' },
      ],
      findings: [],
      seconds: expect.any(Number),
    });
  });
});

describe('a run that is refused', () => {
  test('says everything on stderr, in plain text, and writes nothing', () => {
    project({
      ...program('main.js', 'main', "new Service(platform, 'x', { namespace: 'A' });"),
      'environments/prod.yaml': allowlist('{ host: "*", purpose: testing }'),
      'environments/test.yaml': '',
    });
    const before = out();
    const { code, stdout, stderr } = portcullis(['synth', 'main.js', 'gone.js']);
    expect(stdout).toBe('');
    expect(stderr).not.toContain('\u001b');
    expect(stderr.split('\n')).toEqual([
      'gone.js',
      '  error: the module does not exist',
      '  → build it, or name another JavaScript file (program-module)',
      'environments/prod.yaml:10:21',
      "  error: '*' would allow every host",
      '  → name each host that is needed (invalid-value)',
      'environments/test.yaml:1:1',
      '  error: the file is empty',
      "  → write settings as 'key: value' (invalid-value)",
      'environments/dev.yaml: platform/x',
      "  error: namespace 'A' is not a DNS label",
      "  → use lower-case letters, digits and '-', and start and end with a letter or digit (invalid-value)",
      '4 errors',
      '',
    ]);
    expect(code).toBe(1);
    expect(out()).toEqual(before);
  });

  test('says it as JSON with --json, and with --quiet too', () => {
    project({ ...program('main.js', 'main'), 'environments/prod.yaml': settings({ id: 'A' }) });
    const before = out();
    const { code, stdout, stderr } = portcullis(['synth', 'main.js', '--json', '--quiet']);
    expect(v.safeParse(synthSchema, JSON.parse(stdout)).issues).toBeUndefined();
    expect([code, stderr]).toEqual([1, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      roots: [],
      findings: [{ rule: 'invalid-value', where: { file: 'environments/prod.yaml', line: 6, column: 11 } }],
    });
    expect(out()).toEqual(before);
  });

  test.each([
    ['an unknown environment', ['main.js', '--env', 'pord'], 'environments', 'unknown-environment'],
    ['a missing folder', ['main.js', '--environments', 'gone'], 'gone', 'environment-directory'],
    ['a missing module', ['gone.js'], 'gone.js', 'program-module'],
    [
      'a file for an output directory',
      ['main.js', '--env', 'prod', '--outdir', 'main.js'],
      'main.js/prod/main',
      'output-directory',
    ],
    ['a module in TypeScript', ['main.ts'], 'main.ts', 'program-module'],
    ['a module that cannot be parsed', ['broken.js'], 'broken.js', 'program-module'],
    ['a module without one it needs', ['needy.mjs'], 'needy.mjs', 'program-module'],
    ['a program that throws', ['throwing.js', '--env', 'prod'], 'throwing.js', 'program-error'],
  ])('with 3 for %s', (_, args, file, rule) => {
    project({
      ...program('main.js', 'main'),
      'main.ts': 'export const program: number = 1;',
      'broken.js': 'const a = ;',
      'needy.mjs': "import 'no-such-package';",
      ...program('throwing.js', 'throwing', 'environment.gone.x;'),
    });
    const before = out();
    const { code, stdout } = portcullis(['synth', ...args, '--json']);
    const { findings } = JSON.parse(stdout);
    expect(findings).toMatchObject([{ rule, severity: 'error', where: { file } }]);
    expect(code).toBe(3);
    expect(out()).toEqual(before);
  });

  test.each([
    ['when it is loaded', 'import { Port } from LIBRARY;\nconst port = Port.tcp(0);\n', 'main.mjs:2:19'],
    ['while it builds', undefined, 'main.mjs:7:23'],
  ])('for a bad value that a program makes %s, at its line', (_, text, place) => {
    const library = JSON.stringify(join(build.dist, 'lib/index.js'));
    project(
      text === undefined
        ? program('main.mjs', 'main', 'const port = Port.tcp(0);')
        : { 'main.mjs': text.replace('LIBRARY', library) },
    );
    const { code, stderr } = portcullis(['synth', 'main.mjs']);
    expect(stderr).toBe(
      `${place}\n  error: 0 is not a port\n  → use a whole number from 1 to 65535 (invalid-value)\n1 error\n`,
    );
    expect(code).toBe(1);
  });

  test('for the syntax of a module, at its line', () => {
    project({ 'main.js': '\nconst a = ;\n' });
    const { code, stderr } = portcullis(['synth', 'main.js']);
    expect(stderr).toBe(
      "main.js:2\n  error: the module cannot be loaded: SyntaxError: Unexpected token ';'\n  → correct its syntax (program-module)\n1 error\n",
    );
    expect(code).toBe(3);
  });

  test('for 100,000 brackets, in one line of text', () => {
    project({ ...program('main.js', 'main'), 'environments/prod.yaml': '['.repeat(100_000) + ']'.repeat(100_000) });
    const { code, stderr } = portcullis(['synth', 'main.js']);
    expect(stderr).toMatch(/^environments\/prod\.yaml:1:51\n {2}error: lists and maps are nested more than 50 levels/);
    expect(code).toBe(1);
  });
});

test('a run leaves the environments as they are', () => {
  const before = snapshot(join(cwd, 'environments'));
  portcullis(['synth', 'main.js']);
  expect(snapshot(join(cwd, 'environments'))).toEqual(before);
  expect(readFileSync(join(cwd, 'environments/prod.yaml'), 'utf8')).toBe(settings());
});
