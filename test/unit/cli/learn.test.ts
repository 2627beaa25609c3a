import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as v from 'valibot';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { learnSchema } from '../../../lib/governance/learn/learn-schema';
import { commandsOnShop } from './shop';

const ROOT = resolve(__dirname, '../../..');
const portcullis = commandsOnShop();

beforeAll(() => {
  const samples = resolve(__dirname, '../docs/samples');
  copyFileSync(resolve(samples, 'portarium.log'), 'portarium.log');
  copyFileSync(resolve(samples, 'flows.jsonl'), 'flows.json');
  writeFileSync('garbage.log', 'garbage\n');
});
beforeEach(() => copyFileSync(resolve(ROOT, 'environments/prod.yaml'), 'prod.yaml'));

test('prints what is proposed, and what is not', async () => {
  expect(await portcullis('learn', '--flows', 'flows.json')).toEqual({
    code: 0,
    stderr: '',
    stdout: `ws-production
  api.stripe.com   TCP 443  3 uses, 2026-03-02T09:00:03Z to 2026-03-02T09:00:13Z
  hooks.slack.com  TCP 443  2 uses, 2026-03-02T09:00:17Z to 2026-03-02T09:00:18Z

not proposed
  api.stripe.com TCP 443 of ws-production  1 use, 2026-03-02T09:00:23Z
    agents called it on their own
    → let the control plane call it for them; agents reach nothing outside
  192.0.2.44 TCP 443 of ws-support  1 use, 2026-03-02T09:00:24Z
    the recording has no name for the address
    → record where rules for DNS send lookups through Cilium, or allow the address as cidr

not looked at
  1  JSON that ends too early (first at flows.json:26)
  12  events that Hubble lost (first at flows.json:25)
  3  replies, which pass with what they answer (first at flows.json:4)

2 proposed for 1 workspace, 2 not
`,
  });
});

test('logs and flows are one proposal', async () => {
  const { stdout } = await portcullis(
    'learn',
    '--logs',
    'portarium.log',
    '--flows',
    'flows.json',
    '--workspace',
    'ws-production',
  );
  expect(stdout).toContain('api.stripe.com   TCP 443  5 uses, 2026-03-02T09:00:01Z to 2026-03-02T09:02:11Z');
  expect(stdout).not.toContain('ws-support\n');
});

test.each([
  [['--logs', 'portarium.log'], undefined],
  [['--flows', 'flows.json'], undefined],
  [['--logs', 'portarium.log', '--merge', 'prod.yaml'], 2],
])('%j as JSON is as its schema says', async (options, merged) => {
  const { stdout } = await portcullis('learn', ...options, '--format', 'json');
  const data = JSON.parse(stdout);
  expect(v.parse(learnSchema, data)).toEqual(data);
  expect(data.merged?.length).toBe(merged);
  expect(v.safeParse(learnSchema, { ...data, further: true }).success).toBe(false);
});

describe('--merge', () => {
  test('adds to an environment file, and again nothing', async () => {
    const merge = () => portcullis('learn', '--logs', 'portarium.log', '--merge', 'prod.yaml');
    expect((await merge()).stdout).toContain(
      'prod.yaml: ws-production: 1 entry added, 1 known already\nprod.yaml: ws-support: nothing to add, 1 known already\n',
    );
    const text = readFileSync('prod.yaml', 'utf8');
    expect(text).toContain('- host: hooks.slack.com');
    expect(text).toContain('# An hour; the SPIRE agents renew at half of it.');
    expect((await merge()).stdout).toContain('ws-production: nothing to add, 2 known already');
    expect(readFileSync('prod.yaml', 'utf8')).toBe(text);
  });

  test('refuses what would not be right, and writes nothing', async () => {
    copyFileSync(resolve(ROOT, 'environments/dev.yaml'), 'prod.yaml');
    const { code, stderr } = await portcullis('learn', '--logs', 'portarium.log', '--merge', 'prod.yaml');
    expect(code).toBe(1);
    expect(stderr).toContain('learn-workspace');
    expect(stderr).toContain('learn-dialect');
    expect(readFileSync('prod.yaml', 'utf8')).toBe(readFileSync(resolve(ROOT, 'environments/dev.yaml'), 'utf8'));
  });
});

test.each([
  [[], 'name what to learn from'],
  [['--logs', 'nowhere.log'], 'nowhere.log'],
  [['--logs', '-', '--flows', '-'], 'standard input can be read once'],
  [['--logs', 'garbage.log'], 'tells of nothing that a workspace uses'],
  [['--logs', 'portarium.log', '--workspace', 'No Such'], 'No Such'],
  [['--logs', 'portarium.log', '--merge', 'nowhere.yaml'], 'nowhere.yaml'],
])('%j is an error of usage', async (options, message) => {
  const { code, stderr } = await portcullis('learn', ...options);
  expect(code).toBe(3);
  expect(stderr).toContain(message);
});
