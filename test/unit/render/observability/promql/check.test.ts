import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../../../lib/render/observability/catalogue/catalogue';
import { checkExpression } from '../../../../../lib/render/observability/promql/check';

const check = (expression: string) => checkExpression(expression, CATALOGUE);
const rules = (expression: string) => check(expression).map(({ rule }) => rule);

describe('what is fine', () => {
  test.each([
    'increase(portarium_calls_total{classification="direct-sor-call"}[5m]) > 0',
    'portarium_calls_total unless portarium_calls_total offset 5m',
    'sum by (workspace_id) (rate(portarium_calls_total[5m])) / on (workspace_id) sum by (workspace_id) (rate(portarium_policy_denials_total[5m]))',
    'sum by (source_namespace) (rate(hubble_drop_total[5m])) * on (source_namespace) group_left (workspace_id) portcullis:workspace:info',
    'time() - max_over_time(timestamp(up)[6h:1m])',
    'histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket{handler="v1/data"}[5m])))',
    'topk(5, cilium_drop_count_total{direction="EGRESS"})',
    'label_replace(up, "kind", "x", "", "") # with a label of its own',
    'sum by (kind) (label_replace(up, "kind", "x", "", ""))',
    'absent(up{job="opa"})',
    '{__name__="up"}',
    'cilium_policy_change_total{outcome=~"fail|failure"} > 0',
    'cilium_policy_endpoint_enforcement_status{enforcement=~"audit-.*"} > -1',
    'cilium_drop_count_total{direction=~"(EGRESS|INGRESS)"}',
    'hubble_drop_total{source_namespace=""}',
    'up @ start()',
  ])('%s', (expression) => expect(check(expression)).toEqual([]));
});

describe('what is no PromQL', () => {
  test.each([
    ['', 'the expression ends too early'],
    ['sum by (job) (up', 'the expression ends too early'],
    ['up{job=', 'the expression ends too early'],
    ['up > > 1', "the expression is not PromQL from '> 1' on"],
    ['up and', 'the expression ends too early'],
  ])('%s', (expression, message) => {
    expect(check(expression)).toEqual([expect.objectContaining({ rule: 'promql-syntax', message })]);
  });

  test.each(['rate(up)', 'sum(up) > "a"', 'up and 1', 'absent("x")'])('types: %s', (expression) => {
    expect(rules(expression)).toContain('promql-type');
  });
});

describe('what would be empty for ever', () => {
  test.each([
    ['increase(cilium_drops_total[5m]) > 0', 'unknown-metric', /hubble_drop_total.*cilium_drop_count_total/],
    ['envoy_ssl_connection_error_total', 'unknown-metric', /envoy_listener_ssl_connection_error/],
    ['spire_svid_rotations_total', 'unknown-metric', /spire_server_server_ca_sign_x509_svid/],
    ['portarium_call_total', 'unknown-metric', /did you mean portarium_calls_total\?/],
    ['anything_at_all', 'unknown-metric', /^if it is exported/],
    ['http_request_duration_seconds', 'unknown-metric', /did you mean http_request_duration_seconds_/],
    ['portarium_calls_total{url="x"}', 'unknown-metric-label', /its labels are classification/],
    ['sum by (url) (portarium_calls_total)', 'unknown-metric-label', /it carries classification/],
    ['sum without (url) (portarium_calls_total)', 'unknown-metric-label', /classification/],
    ['up and on (workspace_id) portarium_calls_total', 'unknown-metric-label', /it carries job/],
    ['up and on (job) sum(up)', 'unknown-metric-label', /it carries no labels/],
    ['portcullis:workspace:info{job="x"}', 'unknown-metric-label', /workspace_id, source_namespace/],
    ['cilium_drop_count_total{direction="egress"}', 'impossible-label-value', /INGRESS, EGRESS/],
    ['cilium_drop_count_total{direction!="egress"}', 'impossible-label-value', /INGRESS, EGRESS/],
    ['cilium_policy_change_total{outcome=~"fail|broken"}', 'impossible-label-value', /success, fail, failure/],
    ['rate({__name__=~"envoy_.*"}[5m])', 'metric-name-pattern', /join them with or/],
    ['{job="x"}', 'metric-name-pattern', /name each metric/],
    ['rate(cilium_policy[5m])', 'wrong-metric-type', /delta/],
    ['delta(portarium_calls_total[5m])', 'wrong-metric-type', /rate/],
  ])('%s', (expression, rule, fix) => {
    expect(check(expression)).toEqual([expect.objectContaining({ rule, fix: expect.stringMatching(fix) })]);
  });

  test('every problem of an expression is named once', () => {
    expect(rules('rate(cilium_drops_total[5m]) / rate(cilium_drops_total[1m]) + on (url) up{a="b"}').sort()).toEqual([
      'unknown-metric',
      'unknown-metric-label',
      'unknown-metric-label',
    ]);
  });
});

test('metrics of one’s own are known once they are given', () => {
  const own = CATALOGUE.with([
    {
      name: 'shop_orders_total',
      type: 'counter',
      exporter: 'portarium',
      help: 'orders',
      labels: ['shop'],
      since: 'shop 1',
      source: 'the shop',
      born: 'event',
    },
  ]);
  expect(checkExpression('rate(shop_orders_total{shop="a"}[5m])', own)).toEqual([]);
  expect(rules('rate(shop_orders_total[5m])')).toEqual(['unknown-metric']);
});
