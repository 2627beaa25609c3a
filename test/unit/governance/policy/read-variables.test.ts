import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KEYWORDS } from '../../../../lib/governance/lock/keyword-catalogue';
import { readAllowlist } from '../../../../lib/governance/policy/allowlist-tokens';
import { readVariables } from '../../../../lib/governance/policy/read-variables';

describe('EGRESS_ALLOWLIST', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['openai', ['openai'], ['api.openai.com']],
    ['OpenAI,API.Stripe.com.', ['openai', 'api.stripe.com'], ['api.openai.com', 'api.stripe.com']],
    ['api.openai.com,openai', ['api.openai.com', 'openai'], ['api.openai.com']],
    ['203.0.113.0/24', ['203.0.113.0/24'], ['203.0.113.0/24']],
  ])('%s is read', (text, tokens, hosts) => {
    expect(readAllowlist(text)).toEqual({ tokens, hosts, findings: [] });
  });

  test.each<[string, readonly string[]]>([
    ['', ['egress-empty']],
    ['   ', ['egress-empty']],
    [',', ['egress-blank', 'egress-blank']],
    ['openai,', ['egress-blank']],
    ['openai,,github', ['egress-blank']],
    ['openai, github', ['egress-blank']],
    ['open ai', ['egress-blank']],
    ['openai\n', ['egress-blank']],
    ['*', ['egress-wildcard']],
    ['openai,ALL', ['egress-wildcard']],
    ['any,*.openai.com', ['egress-wildcard', 'egress-wildcard']],
    ['evil', ['egress-keyword']],
    ['evil-openai', ['egress-keyword']],
    ['constructor,__proto__', ['egress-keyword', 'egress-keyword']],
    ['https://api.openai.com', ['egress-host']],
    ['1.2.3.4', ['egress-host']],
    ['0.0.0.0/0', ['egress-host']],
    ['169.254.169.254/32', ['egress-host']],
    ['vault.vault.svc.cluster.local', ['egress-host']],
    ['co.uk', ['egress-host']],
    ['ореnai', ['egress-keyword']],
  ])('%j is refused', (text, rules) => {
    const { findings } = readAllowlist(text);
    expect(findings.map(({ rule }) => rule)).toEqual(rules);
    for (const { severity, where } of findings) {
      expect({ severity, where }).toEqual({ severity: 'error', where: { construct: 'EGRESS_ALLOWLIST' } });
    }
  });

  test('a keyword stands for its reviewed hosts, and for no name that holds it', () => {
    for (const [keyword, hosts] of Object.entries(KEYWORDS)) expect(readAllowlist(keyword).hosts).toEqual(hosts);
    expect(readAllowlist('openai').hosts).not.toContain('evil-openai.com');
    expect(readAllowlist('opnai').findings[0]?.message).toContain("did you mean 'openai'?");
  });

  test('whatever is written, nothing that stands for several hosts comes out', () => {
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom('openai', '*', ',', 'all', '.com', 'a')).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (list) => {
        for (const host of readAllowlist(list).hosts) {
          expect(host).toMatch(/\./);
          expect(host).not.toMatch(/[*,\s]/);
        }
      }),
    );
  });
});

describe('the others', () => {
  test('are read in seed 003 spelling', () => {
    const { settings, findings } = readVariables({
      EGRESS_ENFORCE: '0',
      EGRESS_LOG: '2',
      EGRESS_LOG_FORMAT: 'json',
      EGRESS_OTEL_ENABLE: '1',
      EGRESS_PROM_ENABLE: '1',
      EGRESS_CI_FAIL_ON_BLOCKED: '1',
      EGRESS_CI_ALLOW_DISABLE: '1',
      EGRESS_CI_FAIL_ON_DRIFT: '0',
      PATH: '/bin',
    });
    expect(findings).toEqual([]);
    expect(settings).toEqual({
      enforce: false,
      log: 2,
      logFormat: 'json',
      openTelemetry: true,
      prometheus: true,
      failOnBlocked: true,
      allowDisable: true,
      failOnDrift: false,
    });
  });

  test('say nothing where they are not set', () => {
    expect(readVariables({})).toEqual({ settings: {}, findings: [] });
  });

  test.each([
    ['EGRESS_ENFORCE', 'true', "'true' is not a value"],
    ['EGRESS_ENFORCE', '', 'set and empty'],
    ['EGRESS_ENFORCE', ' 1', "' 1' is not a value"],
    ['EGRESS_ENFORCE', 'constructor', 'is not a value'],
    ['EGRESS_LOG', '3', "'3' is not a value"],
    ['EGRESS_LOG_FORMAT', 'JSON', "'JSON' is not a value"],
    ['EGRESS_CI_FAIL_ON_BLOCKED', 'yes', "'yes' is not a value"],
  ])('%s=%s is refused', (name, text, message) => {
    const { settings, findings } = readVariables({ [name]: text });
    expect(settings).toEqual({});
    expect(findings).toMatchObject([{ rule: 'egress-value', severity: 'error', where: { construct: name } }]);
    expect(findings[0]?.message).toContain(message);
  });

  test('a name that nobody reads is told', () => {
    expect(readVariables({ EGRESS_CI_FAIL_ON_BLOKED: '1' }).findings).toMatchObject([
      { rule: 'egress-variable', severity: 'warning', message: expect.stringContaining("'EGRESS_CI_FAIL_ON_BLOCKED'") },
    ]);
  });
});
