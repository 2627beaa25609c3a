import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import { policySchema } from '../../../lib/governance/policy/policy-schema';
import { flow, line, pod, WORLD } from '../analysis/flow/flows';
import { compiled, published } from '../analysis/format/published-schema';
import { commandWithVariables } from './variables';

const policy = commandWithVariables('policy');

const LOCK = '# Update via PR review only\n\nopenai\n';
const BLOCKED = line(
  flow(pod('ws-a', 'agent'), WORLD, 443, {
    IP: { source: '10.0.1.11', destination: '203.0.113.7', ipVersion: 'IPv4' },
    destination_names: ['evil-openai.com'],
    verdict: 'DROPPED',
    drop_reason_desc: 'POLICY_DENIED',
  }),
);

beforeEach(() => {
  writeFileSync('policy_allowlist.lock', LOCK);
  writeFileSync('flows.json', `${BLOCKED}\n${BLOCKED}\n`);
});

test.each<[string, readonly string[], number, string]>([
  ['a folder of environments that is not there', ['--environments', 'envs'], 3, 'envs'],
  [
    'a waiver without a label',
    ['--waiver-reason', 'INC-1', '--waiver-label', ' '],
    3,
    'the label of the waiver is empty',
  ],
])('%s is refused', async (_, args, code, text) => {
  const ended = await policy({}, '--verify', ...args);
  expect([ended.code, ended.stdout, ended.written]).toEqual([code, '', []]);
  expect(ended.stderr).toContain(text);
});

describe("the seed's commands", () => {
  test('--print', async () => {
    const { code, stdout, stderr } = await policy({}, '--print');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`EGRESS_ENFORCE=1                # default
EGRESS_ALLOWLIST=openai         # default
EGRESS_LOG=1                    # default
EGRESS_LOG_FORMAT=text          # default
EGRESS_OTEL_ENABLE=0            # default
EGRESS_PROM_ENABLE=0            # default
EGRESS_CI_FAIL_ON_BLOCKED=0     # default
EGRESS_CI_ALLOW_DISABLE=0       # default
EGRESS_CI_FAIL_ON_DRIFT=0       # default

allowed
  api.openai.com
`);
  });

  test('--print --json', async () => {
    const { stdout, stderr } = await policy({ EGRESS_LOG: '2' }, '--print', '--json');
    expect(stderr).toContain('info: EGRESS_LOG is 2 (variable)');
    const data = JSON.parse(stdout);
    expect(data).toMatchObject({
      schemaVersion: 1,
      enforce: true,
      allowlist: { tokens: ['openai'], hosts: ['api.openai.com'] },
      log: 2,
      sources: { EGRESS_LOG: 'variable', EGRESS_ENFORCE: 'default' },
      findings: [],
    });
    expect(v.parse(policySchema, data)).toEqual(data);
    expect(stdout).toBe((await policy({ EGRESS_LOG: '2' }, '--print', '--format', 'json')).stdout);
  });

  test('--verify', async () => {
    const { code, stdout, stderr, written } = await policy({}, '--verify');
    expect([code, stderr, written]).toEqual([0, '', []]);
    expect(stdout).toBe(`passed         Enforcement is on, or it is allowed to be off (egress-enforcement)
passed         The list of allowed hosts is not empty (egress-empty)
passed         Nothing on the list stands for every host (egress-wildcard)
passed         The list is the one that the lock approves (egress-drift)
not looked at  No host was blocked (egress-blocked)
`);
  });

  test('--summary-out', async () => {
    const { code, stdout, written } = await policy({}, '--flows', 'flows.json', '--summary-out', 'egress-summary.json');
    expect([code, stdout, written]).toEqual([0, '', ['egress-summary.json']]);
    const data = JSON.parse(readFileSync('egress-summary.json', 'utf8'));
    expect(v.parse(policySchema, data)).toEqual(data);
    expect(compiled(published(policySchema))(data)).toBe(true);
    expect(data).toMatchObject({ allowed_total: 0, blocked_total: 2, drift: { added: [], removed: [] } });
    expect(data.recent_events).toHaveLength(2);
  });

  test('nothing asked is a mistake', async () => {
    expect(await policy({})).toMatchObject({ code: 3, stderr: expect.stringContaining('say --print, --verify or') });
  });
});

describe('bad input is refused with findings, and nothing is written', () => {
  const OUT = ['--verify', '--summary-out', 'out.json', '--flows', 'flows.json'];

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['a wildcard', { EGRESS_ALLOWLIST: 'openai,*' }, 'egress-wildcard'],
    ['a word for everything', { EGRESS_ALLOWLIST: 'all' }, 'egress-wildcard'],
    ['blanks', { EGRESS_ALLOWLIST: 'openai, github' }, 'egress-blank'],
    ['nothing', { EGRESS_ALLOWLIST: '' }, 'egress-empty'],
    ['a keyword that nobody reviewed', { EGRESS_ALLOWLIST: 'evil-openai' }, 'egress-keyword'],
    ['a host that nobody reviewed', { EGRESS_ALLOWLIST: 'evil-openai.com' }, 'egress-loosened'],
    ['no enforcement', { EGRESS_ENFORCE: '0', CI: 'true' }, 'egress-enforcement'],
    [
      'no enforcement, allowed by the variable alone',
      { EGRESS_ENFORCE: '0', EGRESS_CI_ALLOW_DISABLE: '1' },
      'egress-loosened',
    ],
    ['neither on nor off', { EGRESS_ENFORCE: 'false' }, 'egress-value'],
    ['a level that is none', { EGRESS_LOG: 'debug' }, 'egress-value'],
  ])('%s', async (_, variables, rule) => {
    const { code, stderr, stdout, written } = await policy(variables, ...OUT);
    expect([code, written]).toEqual([1, []]);
    expect(stderr).toMatch(/^EGRESS_[A-Z_]+\n {2}error: .*\n {2}→ .* \(egress-/);
    expect(stderr).toContain(`(${rule})`);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toContain('failed');
  });

  test('a waiver without a reason', async () => {
    const { code, stderr, written } = await policy({ EGRESS_ENFORCE: '0' }, ...OUT, '--waiver-reason', ' ');
    expect([code, written]).toEqual([3, []]);
    expect(stderr).toContain('the reason of the waiver is empty');
  });

  test('no lock', async () => {
    rmSync('policy_allowlist.lock');
    expect(await policy({}, ...OUT)).toMatchObject({
      code: 3,
      written: [],
      stderr: expect.stringContaining('there is no lock'),
    });
    expect((await policy({}, '--print')).code).toBe(0);
  });

  test.each([
    ['openai\nopenai\n', 'lock-syntax'],
    ['evil\n', 'lock-keyword'],
    ['<<<<<<< HEAD\nopenai\n', 'lock-syntax'],
  ])('the lock %j', async (text, rule) => {
    writeFileSync('policy_allowlist.lock', text);
    expect(await policy({}, ...OUT)).toMatchObject({
      code: 1,
      written: [],
      stderr: expect.stringContaining(`(${rule})`),
    });
  });

  test('an environment that is not there', async () => {
    expect(await policy({}, ...OUT, '--env', 'prod')).toMatchObject({ code: 3, written: [] });
  });

  test('a recording without flows', async () => {
    writeFileSync('flows.json', 'garbage\n');
    expect(await policy({}, ...OUT)).toMatchObject({
      code: 3,
      written: [],
      stderr: expect.stringContaining('holds no flow'),
    });
  });

  test('a summary that cannot be written', async () => {
    mkdirSync('out.json');
    const { code, stderr, written } = await policy({}, ...OUT);
    expect([code, written]).toEqual([3, []]);
    expect(stderr).toContain('the summary cannot be written');
  });
});

test('a waiver lets a variable loosen, and is recorded', async () => {
  const waiver = ['--waiver-reason', 'The provider moved'];
  const { code, stdout, stderr } = await policy(
    { EGRESS_ENFORCE: '0', EGRESS_CI_ALLOW_DISABLE: '1' },
    '--verify',
    '--summary-out',
    'out.json',
    ...waiver,
  );
  expect(code).toBe(0);
  expect(stdout).toContain(
    'waiver         security-waiver: The provider moved (EGRESS_ENFORCE, EGRESS_CI_ALLOW_DISABLE)\n',
  );
  expect(stderr).toContain('waived by security-waiver: The provider moved');
  expect(JSON.parse(readFileSync('out.json', 'utf8'))).toMatchObject({
    enforce: false,
    waiver: {
      label: 'security-waiver',
      reason: 'The provider moved',
      waives: ['EGRESS_ENFORCE', 'EGRESS_CI_ALLOW_DISABLE'],
    },
  });
});

test('in a pull request the waiver needs its label', async () => {
  writeFileSync('event.json', JSON.stringify({ pull_request: { labels: [{ name: 'docs' }] } }));
  const variables = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: 'event.json', EGRESS_ALLOWLIST: 'github' };
  const run = () => policy(variables, '--verify', '--waiver-reason', 'The provider moved');
  const { code, stderr } = await run();
  expect(code).toBe(1);
  expect(stderr).toContain("labelled 'security-waiver', and this one is labelled 'docs'");
  expect(stderr).toContain('(egress-loosened)');
  writeFileSync('event.json', JSON.stringify({ pull_request: { labels: [{ name: 'security-waiver' }] } }));
  expect((await run()).code).toBe(0);
});

describe('drift', () => {
  const SHORTER = 'openai\ngithub\n';

  test('is a warning, and with EGRESS_CI_FAIL_ON_DRIFT the exit code 2; the summary is written', async () => {
    writeFileSync('policy_allowlist.lock', SHORTER);
    expect(await policy({}, '--verify')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^warned .*\(egress-drift\)$/m),
      stderr: expect.stringContaining('policy_allowlist.lock:2\n  warning: '),
    });
    const { code, written } = await policy({ EGRESS_CI_FAIL_ON_DRIFT: '1' }, '--verify', '--summary-out', 'out.json');
    expect([code, written]).toEqual([2, ['out.json']]);
    expect(JSON.parse(readFileSync('out.json', 'utf8')).drift.removed).toEqual([{ host: 'api.github.com', line: 2 }]);
  });
});

describe('blocked events', () => {
  test('are warnings, one for each host', async () => {
    const { code, stdout } = await policy({}, '--verify', '--flows', 'flows.json', '--format', 'github');
    expect(code).toBe(0);
    expect(stdout.match(/^::warning title=egress-blocked::.*$/gm)).toEqual([
      expect.stringContaining('2 flows to evil-openai.com (TCP 443) blocked, from ws-a/agent'),
    ]);
  });

  test('fail with EGRESS_CI_FAIL_ON_BLOCKED, and the summary is written', async () => {
    const variables = { EGRESS_CI_FAIL_ON_BLOCKED: '1' };
    const { code, written } = await policy(variables, '--verify', '--flows', 'flows.json', '--summary-out', 'out.json');
    expect([code, written]).toEqual([1, ['out.json']]);
  });
});

test.each([
  ['sarif', /"id": "egress-drift"/],
  ['junit', /tests="4"[\s\S]*name="Enforcement is on/],
  ['markdown', /^### portcullis policy\n\nNothing found\.\n/],
  ['github', /^$/],
])('--format %s', async (format, text) => {
  const { code, stdout, stderr } = await policy({}, '--verify', '--format', format);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(text);
});

describe('the log', () => {
  test('is JSON with a time on every line', async () => {
    const variables = { EGRESS_LOG_FORMAT: 'json', EGRESS_LOG: '2' };
    const { stderr } = await policy(variables, '--verify', '--flows', 'flows.json', '--json');
    const entries = stderr
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text));
    for (const entry of entries)
      expect(entry).toMatchObject({ timestamp: expect.stringMatching(/Z$/), tool: 'portcullis' });
    expect(entries).toContainEqual(expect.objectContaining({ level: 'warning', rule: 'egress-blocked' }));
    expect(entries).toContainEqual(
      expect.objectContaining({ event: 'flow', verdict: 'blocked', host: 'evil-openai.com' }),
    );
  });

  test('tells of errors alone where it is to be silent, which needs a waiver', async () => {
    const run = (level: string) =>
      policy({ EGRESS_LOG: level }, '--verify', '--flows', 'flows.json', '--waiver-reason', 'Too loud');
    expect((await run('1')).stderr).toContain('warning');
    expect((await run('0')).stderr).toBe('');
  });
});

describe('counts', () => {
  test('go where --metrics-out says', async () => {
    const { written } = await policy({}, '--verify', '--flows', 'flows.json', '--metrics-out', 'policy.prom');
    expect(written).toEqual(['policy.prom']);
    expect(readFileSync('policy.prom', 'utf8')).toContain('portcullis_egress_blocked_total{command="policy"} 2\n');
  });

  test('go into a file of their own with EGRESS_PROM_ENABLE', async () => {
    await policy({ EGRESS_PROM_ENABLE: '1', EGRESS_ALLOWLIST: '*' }, '--verify');
    expect(readFileSync('egress-metrics.prom', 'utf8')).toContain('portcullis_run_success{command="policy"} 0\n');
  });

  test('go nowhere else', async () => {
    await policy({ EGRESS_OTEL_ENABLE: '1' }, '--verify');
    expect(existsSync('egress-metrics.prom')).toBe(false);
  });
});
