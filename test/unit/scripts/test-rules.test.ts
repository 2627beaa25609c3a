import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const SCRIPT = resolve(__dirname, '../../../scripts/test-rules.mjs');
const folder = mkdtempSync(join(tmpdir(), 'portcullis-rules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RULES = 'groups: [{ name: a, rules: [{ record: r, expr: up }, { alert: Down, expr: up == 0 }] }]';

/** A test of an alert; each entry of `firing` is how many alerts are expected. */
function tests(firing: readonly number[], name = 'a test'): string {
  const expected = firing.map((count) => ({ eval_time: '1m', exp_alerts: Array.from({ length: count }, () => ({})) }));
  return JSON.stringify({ tests: expected.map((one) => ({ name, alert_rule_test: [one] })) });
}

/** Runs the script over files, with a promtool that does this; `none` for no promtool at all. */
function run(files: Readonly<Record<string, string>>, promtool = 'exit 0') {
  const home = mkdtempSync(join(folder, 'run-'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, 'out', file)), { recursive: true });
    writeFileSync(join(home, 'out', file), text);
  }
  mkdirSync(join(home, 'bin'));
  if (promtool !== 'none') {
    writeFileSync(join(home, 'bin/promtool'), `#!/bin/sh\n${promtool}\n`);
    chmodSync(join(home, 'bin/promtool'), 0o755);
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, join(home, 'out')], {
    env: { PATH: join(home, 'bin') },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const FINE = { 'x/a.rules': RULES, 'x/tests/Down.test': tests([1, 0]) };

test('everything passes', () => {
  const { status, stdout } = run(FINE);
  expect(stdout).toMatch(/a\.rules: 1 alerts, 1 files of tests\n4 passed, 0 failed\n$/);
  expect(status).toBe(0);
});

test('without promtool it says where it comes from', () => {
  const { status, stderr } = run(FINE, 'none');
  expect(stderr).toContain('promtool is not on the PATH');
  expect(status).toBe(3);
});

test('without rules it passes nothing', () => {
  const { status, stderr } = run({});
  expect(stderr).toContain('run npm run synth first');
  expect(status).toBe(3);
});

test('a test that fails is counted and shown', () => {
  const promtool = '[ "$1" = check ] && exit 0\nprintf "  FAILED:\\n    name: a test,\\n    got: nothing\\n"; exit 1';
  const { status, stdout, stderr } = run(FINE, promtool);
  expect(stderr).toContain('got: nothing');
  expect(stdout).toContain('3 passed, 1 failed');
  expect(status).toBe(1);
});

test.each([
  ['Down has no test', { 'x/a.rules': RULES }],
  ['Down never fires in its tests', { ...FINE, 'x/tests/Down.test': tests([0, 0]) }],
  ['Down is never silent in its tests', { ...FINE, 'x/tests/Down.test': tests([1]) }],
])('%s', (message, files) => {
  const { status, stderr } = run(files);
  expect(stderr).toContain(message);
  expect(status).toBe(1);
});

test('what is rendered as somebody wrote it need not fire', () => {
  expect(run({ ...FINE, 'x/tests/Down.test': tests([0], 'as written: silent') }).status).toBe(0);
});
