import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../../lib/cli/main';
import { lockCheckSchema } from '../../../lib/governance/lock/check-schema';
import { compiled, published } from '../analysis/format/published-schema';
import { temporaryFolder } from '../environment/refusal';
import { caughtStreams } from './streams';

const PROD = `dialect: { kind: cilium, version: "1.19" }
portarium:
  workspaces:
    - id: ws-a
      owner: team-a
      tools: ["invoice:read"]
      MachineExecutionPolicyV1:
        egressAllowlist:
          - host: api.stripe.com
            purpose: Take payments
          - cidr: 203.0.113.7/32
            ports: [5671]
            purpose: Broker
`;

const folder = temporaryFolder();
const cwd = join(folder, 'project');
const caught = caughtStreams();
const home = process.cwd();

beforeAll(() => {
  mkdirSync(join(cwd, 'environments'), { recursive: true });
  const lib = join(home, 'lib/index.ts');
  writeFileSync(
    join(cwd, 'program.mjs'),
    `import { defineProgram, dialectOf, Portarium } from ${JSON.stringify(lib)};
export const program = defineProgram({
  name: 'portarium',
  build: (app, { portarium, dialect }) => {
    if (portarium) new Portarium(app, 'portarium', { ...portarium, dialect: dialectOf(dialect) });
  },
});
`,
  );
  process.chdir(cwd);
});

afterAll(() => process.chdir(home));

beforeEach(() => settings(PROD));

function settings(text: string): void {
  writeFileSync('environments/prod.yaml', text);
}

async function lock(...args: readonly string[]) {
  Object.assign(caught, { stdout: '', stderr: '' });
  process.exitCode = undefined;
  await main(['node', 'portcullis', 'lock', 'program.mjs', ...args]);
  return { code: process.exitCode ?? 0, ...caught };
}

describe('writing and checking', () => {
  test('what was written is approved, and written again only if it differs', async () => {
    const written = await lock();
    expect([written.code, written.stderr]).toEqual([0, '']);
    expect(written.stdout).toMatch(/^policy_allowlist\.lock: \d+ lines, written\n$/);
    expect((await lock()).stdout).toMatch(/unchanged\n$/);
    expect(await lock('--check')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^the lock approves all/) });
    expect(readdirSync('.').sort()).toEqual(['environments', 'policy_allowlist.lock', 'program.mjs']);
    expect(readFileSync('policy_allowlist.lock', 'utf8')).toContain(
      '\nprod/portarium ws-a/execution-plane -> host api.stripe.com tcp/443  # Take payments\n',
    );
  });

  test.each<[string, string, string, number]>([
    [
      'api.stripe.com',
      '"**.stripe.com"',
      'widened   prod/portarium ws-a/execution-plane -> host **.stripe.com tcp/443',
      9,
    ],
    [
      '203.0.113.7/32',
      '203.0.113.0/24',
      'widened   prod/portarium ws-a/execution-plane -> cidr 203.0.113.0/24 tcp/5671',
      11,
    ],
    ['"invoice:read"', '"invoice:read", "invoice:pay"', 'added     prod/portarium tool ws-a invoice:pay', 6],
    [
      'owner: team-a',
      'owner: team-a\n      stage: observe',
      'added     prod/portarium exemption observe ws-a/agent',
      6,
    ],
    [
      'owner: team-a',
      'owner: team-a\n      stage:\n        tools: observe',
      'added     prod/portarium exemption observe-tools ws-a',
      7,
    ],
    [
      '    - id: ws-a',
      `    - id: ws-b
      tools: none
      MachineExecutionPolicyV1: { egressAllowlist: none }
    - id: ws-a`,
      'added     prod/portarium ws-b/agent -> control-plane tcp/8080',
      4,
    ],
  ])('%s to %s is found with the line that did it', async (text, by, line, place) => {
    await lock();
    settings(PROD.replace(text, by));
    const { code, stdout } = await lock('--check');
    expect(code).toBe(2);
    expect(stdout).toContain(`${line}\n`);
    expect(stdout).toMatch(new RegExp(`by environments/prod\\.yaml:${place} \\(portarium/ws-[ab]`));
  });

  test('what is gone is drift too, with its line in the lock', async () => {
    await lock();
    settings(PROD.replace('"invoice:read"', '"invoice:pay"'));
    const number =
      readFileSync('policy_allowlist.lock', 'utf8').split('\n').indexOf('prod/portarium tool ws-a invoice:read') + 1;
    const { code, stdout } = await lock('--check');
    expect(code).toBe(2);
    expect(stdout).toContain(
      `removed   prod/portarium tool ws-a invoice:read\n            in policy_allowlist.lock:${number}\n`,
    );
  });

  test('one environment is held against its own lines', async () => {
    writeFileSync('environments/dev.yaml', PROD);
    await lock();
    settings(PROD.replace('api.stripe.com', 'api.paypal.com'));
    expect((await lock('--check', '--env', 'dev')).code).toBe(0);
    expect((await lock('--check', '--env', 'prod')).code).toBe(2);
    expect((await lock('--env', 'prod')).code).toBe(3);
  });
});

describe('the plain form', () => {
  test('approves hosts by name and by reviewed keyword, and nothing else that leaves the cluster', async () => {
    writeFileSync('plain.lock', 'stripe\nopenai\n');
    const { code, stdout } = await lock('--check', '--file', 'plain.lock');
    expect(code).toBe(2);
    expect(stdout).toContain('added     prod/portarium ws-a/execution-plane -> cidr 203.0.113.7/32 tcp/5671\n');
    expect(stdout).toContain('removed   openai\n            in plain.lock:2\n');
    expect(stdout).not.toContain('api.stripe.com');
  });

  test('a keyword holds no other host that merely has the word in its name', async () => {
    settings(PROD.replace('api.stripe.com', 'evil-stripe.com'));
    writeFileSync('plain.lock', 'stripe\n');
    expect((await lock('--check', '--file', 'plain.lock')).stdout).toContain('host evil-stripe.com');
  });

  test('a word that nobody reviewed is an error', async () => {
    writeFileSync('plain.lock', 'stripe\npaymentz\n');
    const { code, stderr } = await lock('--check', '--file', 'plain.lock');
    expect(code).toBe(1);
    expect(stderr).toContain("plain.lock:2\n  error: 'paymentz' is no host, and no keyword that anybody reviewed");
  });
});

describe('what cannot be done', () => {
  test('a lock that is missing is said to be', async () => {
    expect(await lock('--check', '--file', 'none.lock')).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('none.lock\n  error: the lock cannot be read'),
    });
  });

  test('nothing is written while settings are wrong', async () => {
    settings(PROD.replace('api.stripe.com', '"*"'));
    expect((await lock('--file', 'wrong.lock')).code).toBe(1);
    expect(readdirSync('.')).not.toContain('wrong.lock');
  });

  test('a file that is no lock is not replaced by one', async () => {
    const { code, stdout, stderr } = await lock('--file', 'environments/prod.yaml');
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('environments/prod.yaml\n  error: the file is no lock, and stays as it is');
    expect(readFileSync('environments/prod.yaml', 'utf8')).toBe(PROD);
    writeFileSync('conflict.lock', '<<<<<<< HEAD\nprod/portarium tool ws-a invoice:read\n>>>>>>> topic\n');
    expect((await lock('--file', 'conflict.lock')).code).toBe(0);
    writeFileSync('plain.lock', 'stripe\n');
    expect((await lock('--file', 'plain.lock')).code).toBe(0);
  });

  test('whoever names only some of the programs is told which ones are gone', async () => {
    writeFileSync('two.lock', 'prod/other web -> db tcp/1\nprod/portarium tool ws-a invoice:read\n');
    expect((await lock('--file', 'two.lock')).stdout).toMatch(
      /written\nnothing in it is about prod\/other any more; name every program that the lock is for\n$/,
    );
    expect((await lock('--file', 'two.lock')).stdout).toMatch(/unchanged\n$/);
  });

  test('a folder that is not there', async () => {
    expect((await lock('--file', 'nowhere/a.lock')).code).toBe(3);
  });
});

test('JSON is as its schema says', async () => {
  const validate = compiled(published(lockCheckSchema));
  await lock();
  settings(PROD.replace('api.stripe.com', '"**.stripe.com"').replace('"invoice:read"', '"invoice:pay"'));
  const { code, stdout } = await lock('--check', '--format', 'json');
  expect(code).toBe(2);
  const data = JSON.parse(stdout);
  expect(validate(data), JSON.stringify(validate.errors)).toBe(true);
  expect(data.drifts.map(({ kind }: { kind: string }) => kind)).toEqual(['widened', 'added', 'removed']);
  writeFileSync('bad.lock', 'what is this\n');
  const bad = await lock('--check', '--format', 'json', '--file', 'bad.lock');
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.stdout).findings[0].rule).toBe('lock-syntax');
});

test('differences are reported as findings', async () => {
  await lock();
  settings(PROD.replace('api.stripe.com', '"**.stripe.com"').replace('"invoice:read"', '"invoice:pay"'));
  const { code, stdout, stderr } = await lock('--check', '--format', 'github');
  expect([code, stderr]).toEqual([2, '']);
  expect(stdout).toMatch(/^::error file=environments\/prod\.yaml,line=9,title=lock-widened::/);
  expect(stdout).toMatch(/\n::error file=environments\/prod\.yaml,line=6,title=lock-added::.*nobody approved/);
  expect(stdout).toMatch(/\n::warning file=policy_allowlist\.lock,line=\d+,title=lock-removed::/);
});
