import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import { flowReportSchema } from '../../../lib/governance/flow-report/flow-report-schema';
import { flow, line, pod, WORLD } from '../analysis/flow/flows';
import { compiled, published } from '../analysis/format/published-schema';
import { commandWithVariables } from './variables';

const report = commandWithVariables('report');

const to = (host: string, more: object = {}) =>
  line(
    flow(pod('ws-a', 'agent'), WORLD, 443, {
      IP: { source: '10.0.1.11', destination: '203.0.113.7', ipVersion: 'IPv4' },
      destination_names: [host],
      ...more,
    }),
  );
const blocked = { verdict: 'DROPPED', drop_reason_desc: 'POLICY_DENIED' };

beforeEach(() => {
  const lines = [to('api.stripe.com'), to('evil.example.com', blocked), to('evil.example.com', blocked), 'garbage'];
  writeFileSync('flows.json', lines.join('\n'));
  writeFileSync('fine.json', to('api.stripe.com'));
});

test('prints totals, hosts with their newest events, and what was not looked at', async () => {
  const { code, stdout, stderr } = await report({}, '--flows', 'flows.json');
  expect(code).toBe(0);
  expect(stdout).toBe(`evil.example.com  TCP 443  0 allowed, 2 blocked
  2026-03-01T12:00:00Z  blocked  ws-a/agent  TCP 443
  2026-03-01T12:00:00Z  blocked  ws-a/agent  TCP 443

api.stripe.com  TCP 443  1 allowed, 0 blocked
  2026-03-01T12:00:00Z  allowed  ws-a/agent  TCP 443

not looked at
  1  no JSON (first at flows.json:4)

1 allowed, 2 blocked; 0 flows stayed inside the cluster
`);
  expect(stderr).toContain('evil.example.com\n  warning: 2 flows to evil.example.com (TCP 443) blocked');
});

test('JSON is as its schema says', async () => {
  const { stdout } = await report({}, '--flows', 'flows.json', '--format', 'json');
  const data = JSON.parse(stdout);
  expect(v.parse(flowReportSchema, data)).toEqual(data);
  expect(compiled(published(flowReportSchema))(data)).toBe(true);
  expect(v.safeParse(flowReportSchema, { ...data, further: 1 }).success).toBe(false);
  expect(data).toMatchObject({ allowed_total: 1, blocked_total: 2 });
});

test('each blocked host has one annotation', async () => {
  const { stdout } = await report({}, '--flows', 'flows.json', '--flows', 'flows.json', '--format', 'github');
  expect(stdout.match(/^::warning title=egress-blocked::.*$/gm)).toHaveLength(1);
  expect(stdout).toContain('4 flows to evil.example.com');
});

test('annotations go into the summary of the job as well', async () => {
  await report({ GITHUB_STEP_SUMMARY: 'summary.md' }, '--flows', 'flows.json', '--format', 'github');
  expect(readFileSync('summary.md', 'utf8')).toMatch(/^### portcullis report\n\n\*\*Warnings: 1\*\*/);
});

describe('EGRESS_CI_FAIL_ON_BLOCKED', () => {
  const strict = { EGRESS_CI_FAIL_ON_BLOCKED: '1' };

  test.each([
    ['flows.json', 1],
    ['fine.json', 0],
  ])('with %s ends with %i', async (file, code) => {
    expect((await report(strict, '--flows', file)).code).toBe(code);
  });

  test('is committed by settings, which the variable may not loosen', async () => {
    const settings =
      'dialect: { kind: cilium, version: "1.19" }\nportarium:\n  egressPolicy: { failOnBlocked: true }\n  workspaces: []\n';
    mkdirSync('environments');
    writeFileSync('environments/prod.yaml', settings);
    expect((await report({}, '--flows', 'flows.json')).code).toBe(1);
    const { code, stderr } = await report({ EGRESS_CI_FAIL_ON_BLOCKED: '0' }, '--flows', 'fine.json');
    expect([code, stderr]).toEqual([1, expect.stringContaining('(egress-loosened)')]);
    const waiver = ['--waiver-reason', 'We know of these'];
    expect((await report({ EGRESS_CI_FAIL_ON_BLOCKED: '0' }, '--flows', 'flows.json', ...waiver)).code).toBe(0);
  });
});

test('EGRESS_LOG_FORMAT=json makes a line of JSON of each finding', async () => {
  const { stderr } = await report({ EGRESS_LOG_FORMAT: 'json' }, '--flows', 'flows.json');
  expect(JSON.parse(stderr)).toMatchObject({
    level: 'warning',
    rule: 'egress-blocked',
    where: { construct: 'evil.example.com' },
  });
});

test('counts go where --metrics-out says', async () => {
  await report({}, '--flows', 'flows.json', '--metrics-out', 'report.prom');
  const text = readFileSync('report.prom', 'utf8');
  expect(text).toContain('portcullis_egress_allowed_total{command="report"} 1\n');
  expect(text).toContain('portcullis_egress_blocked_total{command="report"} 2\n');
});

describe('bad input', () => {
  test.each<[string, Readonly<Record<string, string>>, readonly string[], number, string]>([
    ['no recording', {}, [], 3, "required option '--flows <file>' not specified"],
    ['a recording that is not there', {}, ['--flows', 'missing.json'], 3, 'missing.json'],
    ['a recording without flows', {}, ['--flows', 'garbage.json'], 3, 'garbage.json holds no flow to look at'],
    [
      'a variable that is neither on nor off',
      { EGRESS_CI_FAIL_ON_BLOCKED: 'yes' },
      ['--flows', 'fine.json'],
      1,
      '(egress-value)',
    ],
    ['an environment that is not there', {}, ['--flows', 'fine.json', '--env', 'prod'], 3, 'environments'],
    [
      'metrics that cannot be written',
      {},
      ['--flows', 'fine.json', '--metrics-out', 'no/where.prom'],
      3,
      'no/where.prom',
    ],
  ])('%s', async (_, variables, args, code, text) => {
    writeFileSync('garbage.json', 'garbage\n');
    const ended = await report(variables, ...args);
    expect([ended.code, ended.written]).toEqual([code, []]);
    expect(ended.stderr).toContain(text);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
    expect(existsSync('no')).toBe(false);
  });
});
