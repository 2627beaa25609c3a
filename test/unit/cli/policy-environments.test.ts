import { mkdirSync, writeFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { commandWithVariables } from './variables';

const policy = commandWithVariables('policy');

const settings = (more = '') => `dialect: { kind: cilium, version: "1.19" }
portarium:
${more}  workspaces:
    - id: ws-a
      tools: none
      MachineExecutionPolicyV1:
        egressAllowlist:
          - host: api.stripe.com
            purpose: Take payments
`;
const environment = (name: string, text: string) => {
  mkdirSync('environments', { recursive: true });
  writeFileSync(`environments/${name}.yaml`, text);
};

beforeEach(() => {
  environment('prod', settings('  egressPolicy: { failOnDrift: true }\n'));
  writeFileSync(
    'policy_allowlist.lock',
    'dev/other x -> host other.example.com tcp/443\nprod/portarium ws-a/execution-plane -> host api.stripe.com tcp/443\n',
  );
});

test('the list is what programs allow, held against their part of the lock', async () => {
  expect(await policy({}, '--verify')).toMatchObject({ code: 0, stderr: '' });
  const { stdout } = await policy({}, '--print');
  expect(stdout).toContain('EGRESS_ALLOWLIST=api.stripe.com  # programs\n');
  expect(stdout).toContain('EGRESS_CI_FAIL_ON_DRIFT=1       # settings\n');
});

test('what nobody approved is drift', async () => {
  environment('prod', settings('  egressPolicy: { failOnDrift: true }\n').replace('api.stripe.com', 'api.paypal.com'));
  const { code, stderr } = await policy({}, '--verify');
  expect(code).toBe(2);
  expect(stderr).toContain("the lock does not approve 'api.paypal.com'");
  expect(stderr).toContain("'api.stripe.com' is approved, and not on the list");
});

test('the variable may name what programs allow, and no keyword of the default', async () => {
  expect((await policy({ EGRESS_ALLOWLIST: 'stripe' }, '--verify')).code).toBe(0);
  expect((await policy({ EGRESS_ALLOWLIST: 'openai' }, '--verify')).code).toBe(1);
});

test('one environment can be less strict than all of them', async () => {
  environment('dev', settings());
  const drifting = { EGRESS_CI_FAIL_ON_DRIFT: '0' };
  expect((await policy(drifting, '--print')).code).toBe(1);
  expect((await policy(drifting, '--print', '--env', 'dev')).code).toBe(0);
});

test('settings that are wrong are told', async () => {
  environment('prod', settings().replace('api.stripe.com', '"*"'));
  expect(await policy({}, '--verify', '--summary-out', 'out.json')).toMatchObject({ code: 1, written: [] });
});

test('a program that is not there', async () => {
  expect(await policy({}, 'missing.js', '--verify')).toMatchObject({ code: 3 });
});

test('a lock of other programs asks for their names', async () => {
  writeFileSync('policy_allowlist.lock', 'prod/platform web -> host api.stripe.com tcp/443\n');
  const { code, stderr } = await policy({}, '--verify');
  expect([code, stderr]).toEqual([3, expect.stringContaining("says nothing about the program 'portarium'")]);
  expect((await policy({}, '--print')).code).toBe(0);
});
