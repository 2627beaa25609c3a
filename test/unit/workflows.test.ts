import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(__dirname, '../..');
const FOLDERS = ['.github/workflows', 'templates/init/_github/workflows'];
const FILES = FOLDERS.flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name)));

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}

const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const jobs = (file: string) => Object.entries(parse(text(file)).jobs as Readonly<Record<string, Job>>);

/** Each action with its pin and the version behind it, as the line has it. */
const pins = FILES.flatMap((file) =>
  [...text(file).matchAll(/^ *(?:- )?uses: (.*)$/gm)].map(([, pin = '']) => ({ file, pin })),
);

describe('workflows', () => {
  test('are those that we know of', () => {
    expect(FILES).toEqual([
      '.github/workflows/ci.yml',
      '.github/workflows/release.yml',
      'templates/init/_github/workflows/policy.yml',
    ]);
  });

  test('pin every action by its commit, and say which version it is', () => {
    expect(pins.length).toBeGreaterThan(10);
    const loose = pins.filter(({ pin }) => !/^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(pin));
    expect(loose).toEqual([]);
  });

  test('pin the same action alike', () => {
    const distinct = [...new Set(pins.map(({ pin }) => pin))];
    const actions = new Set(distinct.map((pin) => pin.split('@')[0]));
    expect(distinct.sort()).toHaveLength(actions.size);
  });
});

describe.each(FILES)('%s', (file) => {
  test('gives no job more than it needs', () => {
    expect(parse(text(file)).permissions).toEqual({});
    for (const [name, { permissions }] of jobs(file)) {
      const publishes = name === 'publish';
      const needed = publishes ? { 'id-token': 'write', attestations: 'write' } : {};
      expect([name, permissions]).toEqual([name, { contents: 'read', ...needed }]);
    }
  });

  test('runs with the rights of whoever proposes the change, and holds no secret', () => {
    expect(Object.keys(parse(text(file)).on)).not.toContain('pull_request_target');
    expect(Object.keys(parse(text(file)).on)).not.toContain('workflow_run');
    expect(text(file)).not.toContain('secrets.');
  });

  test('leaves no credentials in the checkout, and no cache that others fill', () => {
    for (const [, { steps }] of jobs(file)) {
      for (const { uses = '', with: inputs = {} } of steps) {
        if (uses.startsWith('actions/checkout@')) expect(inputs['persist-credentials']).toBe(false);
        if (uses.startsWith('actions/setup-node@')) expect(inputs['package-manager-cache']).toBe(false);
        expect(uses).not.toMatch(/^actions\/cache@/);
      }
    }
  });

  test('puts nothing of the event into a command, which whoever named a branch could have written', () => {
    const commands = jobs(file).flatMap(([, { steps }]) => steps.flatMap(({ run }) => run ?? []));
    expect(commands.filter((command) => command.includes('${{'))).toEqual([]);
  });

  test('ends', () => {
    for (const [name, job] of jobs(file)) expect([name, job['timeout-minutes']]).toEqual([name, expect.any(Number)]);
  });
});

describe('of this repository', () => {
  const commands = (file: string, job: string) =>
    (Object.fromEntries(jobs(file))[job] as Job).steps.flatMap(({ run }) => run ?? []);

  test('the gate, the verification and the audit run for every change', () => {
    const file = '.github/workflows/ci.yml';
    expect(commands(file, 'gate')).toEqual(['.ci/run']);
    expect(commands(file, 'policy')).toEqual(['npm ci', 'npm run policy']);
    expect(commands(file, 'audit')).toEqual(['npm ci', 'npm run audit']);
    const { on } = parse(text(file));
    expect(on).toMatchObject({ pull_request: null, push: { branches: ['main'] } });
    const { scripts } = JSON.parse(text('package.json'));
    expect(scripts.audit).toBe('npm audit --audit-level high --omit dev && npm audit signatures');
  });

  test('a release says where it was built', () => {
    const publish = commands('.github/workflows/release.yml', 'publish');
    expect(publish.filter((command) => command.startsWith('npm publish'))).toEqual([
      'npm publish --provenance --access public artifacts/portcullis-*.tgz',
    ]);
    expect(publish).toContain('npm run check && npm test');
    const order = ['npm run build', 'npm pack --pack-destination artifacts'].map((command) => publish.indexOf(command));
    expect(order.every((index) => index >= 0)).toBe(true);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });
});

describe('CODEOWNERS', () => {
  const rules = text('.github/CODEOWNERS')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/\s+/) as [string, ...string[]]);
  const anchored = rules.filter(([glob]) => glob !== '*');

  test('names what is there', () => {
    const dead = anchored.filter(([glob]) => !glob.includes('*') && !existsSync(join(ROOT, glob)));
    expect(dead.map(([glob]) => glob)).toEqual([]);
  });

  test.each([
    ...readdirSync(join(ROOT, 'environments')).map((name) => `environments/${name}`),
    ...FILES.filter((file) => file.startsWith('.github/')),
    '.github/CODEOWNERS',
    '.ci/run',
    'policy_allowlist.lock',
    'tool-versions.json',
    'package.json',
    'package-lock.json',
    '.npmrc',
    'scripts/policy.sh',
    'lib/cli/exit-code.ts',
    'lib/model/host.ts',
    'test/unit/lock.test.ts',
    'vitest.config.mts',
    relative(ROOT, __filename),
  ])('lets %s be changed only with the approval of security', (file) => {
    const matching = rules.filter(
      ([glob]) => glob === '*' || `/${file}` === glob || (glob.endsWith('/') && `/${file}`.startsWith(glob)),
    );
    expect(matching.at(-1)?.slice(1)).toContain('@portcullis/security');
  });
});
