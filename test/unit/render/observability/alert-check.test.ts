import { describe, expect, test } from 'vitest';
import { checkAlert } from '../../../../lib/render/observability/alert-check';
import { CATALOGUE } from '../../../../lib/render/observability/catalogue/catalogue';
import type { AlertRule } from '../../../../lib/render/observability/rule';

const FINE: AlertRule = {
  alert: 'Fine',
  expr: 'sum by (instance) (up) == 0',
  labels: { severity: 'warning' },
  annotations: { summary: 'it is down', runbook_url: 'https://example.com/alerts#fine' },
};

const check = (change: Partial<AlertRule>) => checkAlert({ ...FINE, ...change }, CATALOGUE);
const rules = (change: Partial<AlertRule>) => check(change).map(({ rule }) => rule);

test('a good alert passes', () => expect(check({})).toEqual([]));

describe('an alert that waits as long as it looks back', () => {
  const grown = (range: string) =>
    `increase(portarium_calls_total[${range}]) > 0 or (portarium_calls_total > 0 unless portarium_calls_total offset ${range})`;

  test.each([
    ['increase(portarium_policy_denials_total[5m]) > 5', '5m'],
    ['increase(portarium_policy_denials_total[5m]) > 5', '1h'],
    ['sum(rate(portarium_policy_denials_total[5m])) >= 1', '5m'],
    ['sum by (workspace_id) (changes(kube_job_created[1m])) != 0', '2m'],
    [grown('5m'), '5m'],
    ['sum(rate(portarium_calls_total[1h]) + rate(portarium_calls_total[5m])) > 1', '10m'],
    ['increase(portarium_policy_denials_total[5m]) > 5 unless on () up', '5m'],
  ])('%s for %s cannot fire on a burst', (expr, wait) => {
    expect(rules({ expr, for: wait })).toContain('alert-cannot-fire');
  });

  test.each([
    ['increase(portarium_policy_denials_total[5m]) > 5', '4m'],
    ['increase(portarium_policy_denials_total[5m]) > 5', undefined],
    ['increase(portarium_policy_denials_total[5m]) > 5', '0s'],
    [grown('5m'), '1m'],
    // Nothing happened: that lasts.
    ['sum(increase(spire_server_server_ca_sign_x509_svid[5m])) == 0', '10m'],
    ['sum(rate(portarium_calls_total[5m])) < 1', '1h'],
    // A share lasts as long as the state does.
    ['sum(rate(portarium_policy_denials_total[5m])) / sum(rate(portarium_calls_total[5m])) > 0.5', '10m'],
    ['up == 0 unless on (job) rate(portarium_calls_total[5m])', '10m'],
    ['max_over_time(cilium_bpf_map_pressure[5m]) > 0.8', '10m'],
  ])('%s for %s can', (expr, wait) => {
    expect(rules({ expr, ...(wait === undefined ? {} : { for: wait }) })).not.toContain('alert-cannot-fire');
  });
});

describe('the first event', () => {
  test.each([
    'increase(portarium_calls_total[5m]) > 0',
    'sum by (workspace_id) (increase(portarium_calls_total{classification="direct-sor-call"}[5m])) > 0',
    'rate(hubble_drop_total[5m]) > 0 or (portarium_calls_total > 0 unless portarium_calls_total offset 5m)',
  ])('is missed by %s', (expr) => expect(rules({ expr })).toEqual(['alert-misses-first-event']));

  test.each([
    'increase(portarium_calls_total[5m]) > 0 or (portarium_calls_total > 0 unless portarium_calls_total offset 5m)',
    // Envoy creates its counters at 0.
    'increase(envoy_listener_ssl_handshake[5m]) > 0',
    'increase(portarium_calls_total[5m]) > 5',
  ])('is not by %s', (expr) => expect(rules({ expr })).toEqual([]));
});

test.each<[string, Partial<AlertRule>]>([
  ['invalid-duration', { for: '5 minutes' }],
  ['alert-without-runbook', { annotations: { summary: 'x' } }],
  ['alert-without-runbook', { annotations: { summary: 'x', runbook_url: 'see the wiki' } }],
  ['alert-without-text', { annotations: { runbook_url: 'https://example.com' } }],
  ['alert-without-text', { labels: {} }],
  ['unknown-template-label', { annotations: { ...FINE.annotations, description: 'on {{ $labels.pod }}' } }],
  ['unknown-template-label', { labels: { severity: 'warning', team: '{{ $labels.owner }}' } }],
  ['unknown-metric', { expr: 'cilium_drops_total > 0' }],
  ['promql-syntax', { expr: 'up ==' }],
])('%s', (rule, change) => expect(rules(change)).toEqual([rule]));

test('a label that the result carries may be printed', () => {
  expect(rules({ annotations: { ...FINE.annotations, description: 'on {{ $labels.instance }}' } })).toEqual([]);
  expect(rules({ expr: 'absent(up{job="a"})', annotations: { ...FINE.annotations, d: '{{ $labels.job }}' } })).toEqual(
    [],
  );
});
