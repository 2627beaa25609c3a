import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readVariables, type Variables } from '../../../../lib/governance/policy/read-variables';
import { type CommittedPolicy, settlePolicy } from '../../../../lib/governance/policy/settle';
import {
  DEFAULT_EGRESS_SETTINGS,
  EGRESS_VARIABLES,
  type EgressSetting,
  type EgressSettings,
  isLooser,
  variableText,
} from '../../../../lib/model/egress-settings';

const HOSTS = ['*.invoices.example.com', '203.0.113.0/24', 'api.openai.com', 'api.stripe.com'];
const WAIVER = { label: 'security-waiver', reason: 'Outage of the provider' };

function committed(settings: Partial<EgressSettings> = {}, hosts: readonly string[] = HOSTS): CommittedPolicy {
  const said = Object.fromEntries(Object.keys(settings).map((key) => [key, 'prod.yaml']));
  return {
    settings: { ...DEFAULT_EGRESS_SETTINGS, ...settings },
    said,
    allowlist: { tokens: hosts, hosts, source: 'programs' },
    reviewed: hosts,
  };
}

const settle = (variables: Variables, before = committed(), waiver?: typeof WAIVER) =>
  settlePolicy(before, readVariables(variables), waiver);
const rules = ({ findings }: ReturnType<typeof settle>) => findings.map(({ rule, severity }) => `${severity} ${rule}`);

test('without variables, what is committed holds', () => {
  const policy = settle({}, committed({ log: 2 }));
  expect(policy).toMatchObject({ settings: { ...DEFAULT_EGRESS_SETTINGS, log: 2 }, findings: [] });
  expect(policy.allowlist.hosts).toEqual(HOSTS);
  expect(policy.sources).toMatchObject({
    EGRESS_LOG: 'settings',
    EGRESS_ENFORCE: 'default',
    EGRESS_ALLOWLIST: 'programs',
  });
});

describe('variables may tighten', () => {
  test.each<[Variables, Partial<EgressSettings>]>([
    [{ EGRESS_CI_FAIL_ON_BLOCKED: '1' }, { failOnBlocked: true }],
    [{ EGRESS_CI_FAIL_ON_DRIFT: '1' }, { failOnDrift: true }],
    [{ EGRESS_LOG: '2' }, { log: 2 }],
    [{ EGRESS_LOG_FORMAT: 'json' }, { logFormat: 'json' }],
    [
      { EGRESS_OTEL_ENABLE: '1', EGRESS_PROM_ENABLE: '1' },
      { openTelemetry: true, prometheus: true },
    ],
  ])('%j', (variables, settings) => {
    const policy = settle(variables);
    expect(policy.findings).toEqual([]);
    expect(policy.settings).toEqual({ ...DEFAULT_EGRESS_SETTINGS, ...settings });
    for (const name of Object.keys(variables)) expect(policy.sources[name]).toBe('variable');
  });

  test.each([
    ['openai', ['api.openai.com']],
    ['eu.invoices.example.com,203.0.113.7/32', ['203.0.113.7/32', 'eu.invoices.example.com']],
  ])('the list to %s', (list, hosts) => {
    const policy = settle({ EGRESS_ALLOWLIST: list });
    expect(policy.findings).toEqual([]);
    expect(policy.allowlist.hosts).toEqual(hosts);
  });
});

describe('variables may loosen nothing without a waiver', () => {
  const STRICT = { log: 2, openTelemetry: true, prometheus: true, failOnBlocked: true, failOnDrift: true } as const;

  test.each<[string, string, string]>([
    ['EGRESS_ENFORCE', '0', 'egress-enforcement'],
    ['EGRESS_LOG', '1', 'egress-loosened'],
    ['EGRESS_OTEL_ENABLE', '0', 'egress-loosened'],
    ['EGRESS_PROM_ENABLE', '0', 'egress-loosened'],
    ['EGRESS_CI_FAIL_ON_BLOCKED', '0', 'egress-loosened'],
    ['EGRESS_CI_ALLOW_DISABLE', '1', 'egress-loosened'],
    ['EGRESS_CI_FAIL_ON_DRIFT', '0', 'egress-loosened'],
    ['EGRESS_ALLOWLIST', 'openai,github', 'egress-loosened'],
    ['EGRESS_ALLOWLIST', 'a.b.invoices.example.com', 'egress-loosened'],
    ['EGRESS_ALLOWLIST', '203.0.112.0/23', 'egress-loosened'],
  ])('%s=%s', (name, value, rule) => {
    const before = committed(STRICT);
    const policy = settle({ [name]: value }, before);
    expect(rules(policy)).toEqual([`error ${rule}`]);
    expect(policy.findings[0]?.where).toEqual({ construct: name });
    expect(policy.settings).toEqual(before.settings);
    expect(policy.allowlist.hosts).toEqual(HOSTS);

    const waived = settle(
      { [name]: value, ...(name === 'EGRESS_ENFORCE' ? { EGRESS_CI_ALLOW_DISABLE: '1' } : {}) },
      before,
      WAIVER,
    );
    expect(waived.waiver?.waives).toContain(name);
    expect(
      waived.findings.every(({ rule: found, severity }) => found === 'egress-waived' && severity === 'warning'),
    ).toBe(true);
    expect(waived.findings[0]?.message).toContain('waived by security-waiver: Outage of the provider');
    expect([waived.settings, waived.allowlist]).not.toEqual([policy.settings, policy.allowlist]);
  });

  test('whatever they say', () => {
    const names = Object.keys(EGRESS_VARIABLES) as EgressSetting[];
    const any = fc.record({
      enforce: fc.boolean(),
      log: fc.constantFrom(0 as const, 1 as const, 2 as const),
      logFormat: fc.constantFrom('text' as const, 'json' as const),
      openTelemetry: fc.boolean(),
      prometheus: fc.boolean(),
      failOnBlocked: fc.boolean(),
      allowDisable: fc.boolean(),
      failOnDrift: fc.boolean(),
    });
    fc.assert(
      fc.property(any, any, (before, said) => {
        const variables = Object.fromEntries(names.map((name) => [EGRESS_VARIABLES[name], variableText(said[name])]));
        const { settings, findings } = settle(variables, committed(before));
        for (const name of names) {
          expect(isLooser(name, settings[name], before[name])).toBe(false);
          const isToldOf = findings.some(
            ({ where }) => 'construct' in where && where.construct === EGRESS_VARIABLES[name],
          );
          if (isLooser(name, said[name], before[name])) expect(isToldOf).toBe(true);
          else expect(settings[name]).toBe(said[name]);
        }
      }),
    );
  });
});

describe('enforcement', () => {
  test('may be off where the settings say both', () => {
    expect(settle({}, committed({ enforce: false, allowDisable: true })).findings).toEqual([]);
  });

  test('may not be off because the settings say so alone', () => {
    const policy = settle({}, committed({ enforce: false }));
    expect(rules(policy)).toEqual(['error egress-enforcement']);
    expect(policy.findings[0]?.where).toEqual({ file: 'prod.yaml' });
  });

  test('may not be off by a waiver alone', () => {
    expect(rules(settle({ EGRESS_ENFORCE: '0' }, committed(), WAIVER))).toEqual([
      'warning egress-waived',
      'error egress-enforcement',
    ]);
  });
});

describe('what programs allow', () => {
  test('may not be nothing', () => {
    expect(rules(settle({}, committed({}, [])))).toEqual(['error egress-empty']);
  });

  test('may not be everything, unless it is waived', () => {
    const before = committed({}, ['internet']);
    expect(rules(settle({}, before))).toEqual(['error egress-wildcard']);
    expect(rules(settle({}, before, WAIVER))).toEqual(['warning egress-waived']);
    expect(rules(settle({ EGRESS_ALLOWLIST: 'openai' }, before))).toEqual([]);
  });
});

test('a waiver that waives nothing is told', () => {
  expect(rules(settle({}, committed(), WAIVER))).toEqual(['warning egress-waiver']);
});

test('a list that is wrong leaves what is committed', () => {
  const policy = settle({ EGRESS_ALLOWLIST: 'openai,*' }, committed(), WAIVER);
  expect(rules(policy)).toContain('error egress-wildcard');
  expect(policy.allowlist.hosts).toEqual(HOSTS);
});
