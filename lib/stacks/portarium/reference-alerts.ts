import type { Finding } from '../../finding';
import type { Platform } from '../../platform/platform';
import { checkAlert } from '../../render/observability/alert-check';
import { CATALOGUE } from '../../render/observability/catalogue/catalogue';
import type { AlertRule } from '../../render/observability/rule';
import { ManifestDocument } from '../../synth/manifest-document';
import { ManifestObject } from '../../synth/manifest-object';
import { emitDocument } from '../../synth/yaml';

/** The group of the enforcement guide, key for key. */
export const WRITTEN_RULES: readonly AlertRule[] = [
  {
    alert: 'DirectSorCallDetected',
    expr: 'increase(portarium_calls_total{classification="direct-sor-call"}[5m]) > 0',
    for: '1m',
    labels: { severity: 'critical' },
    annotations: {
      summary: 'Direct SoR call detected after enforcement',
      description:
        'Agent {{ $labels.agent_id }} in workspace {{ $labels.workspace_id }} made a direct SoR call to {{ $labels.url }}. This should not happen after Phase 4 enforcement.\n',
    },
  },
  {
    alert: 'EgressPolicyViolation',
    expr: 'increase(cilium_drops_total{reason="POLICY_DENIED",direction="egress"}[5m]) > 0',
    for: '1m',
    labels: { severity: 'warning' },
    annotations: {
      summary: 'Egress policy violation in agent namespace',
      description: 'Network policy blocked egress from agent pod.\n',
    },
  },
  {
    alert: 'MtlsHandshakeFailure',
    expr: 'increase(envoy_ssl_connection_error_total[5m]) > 0',
    for: '2m',
    labels: { severity: 'warning' },
    annotations: { summary: 'mTLS handshake failure detected' },
  },
  {
    alert: 'ToolAllowlistDenial',
    expr: 'increase(portarium_policy_denials_total{policy_type="tool-allowlist"}[5m]) > 5',
    for: '5m',
    labels: { severity: 'info' },
    annotations: {
      summary: 'Multiple tool allowlist denials',
      description: '{{ $value }} tool calls denied by allowlist in the last 5 minutes. Review agent configuration.\n',
    },
  },
];

/** What happens, in the metrics that exist, and that the group as written does not see. */
const UNSEEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  DirectSorCallDetected: {
    'portarium_calls_total{classification="direct-sor-call",workspace_id="ws-production",agent_id="agent-1",destination_host="api.example.com"}':
      '_x5 1x20',
  },
  EgressPolicyViolation: {
    'cilium_drop_count_total{reason="Policy denied",direction="EGRESS"}': '0x4 9x20',
    'hubble_drop_total{reason="POLICY_DENIED",source_namespace="ws-production",traffic_direction="egress"}': '0x4 9x20',
  },
  MtlsHandshakeFailure: {
    'envoy_listener_ssl_connection_error{envoy_listener_address="0.0.0.0_443"}': '0x4 9x20',
    'envoy_listener_ssl_fail_verify_error{envoy_listener_address="0.0.0.0_443"}': '0x4 9x20',
  },
  ToolAllowlistDenial: {
    'portarium_policy_denials_total{policy_type="tool-allowlist",workspace_id="ws-production"}': '0x4 500x20',
  },
};

/** The alerts of the enforcement guide, what is wrong with them, and tests that show that they stay silent. */
export function alertsAsWritten(platform: Platform): void {
  const group = { name: 'portarium-enforcement', rules: WRITTEN_RULES };
  const document = (id: string, file: string, data: unknown) =>
    new ManifestDocument(platform, id, { file: platform.file(file), render: () => [emitDocument(data)] });
  new ManifestObject(platform, 'alerts', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    name: group.name,
    namespace: 'monitoring',
    file: platform.file('alerts/rules.yaml'),
    render: () => ({ spec: { groups: [group] } }),
  });
  document('rules', 'alerts/portarium.rules', { groups: [group] });
  for (const [name, series] of Object.entries(UNSEEN))
    document(`test-${name}`, `alerts/tests/${name}.test`, silence(name, series));
  platform.addFindings(() => WRITTEN_RULES.flatMap((rule) => faults(platform.node.path, rule)));
}

/** Nothing fires, however often one looks in the quarter of an hour around it. */
function silence(alertname: string, series: Readonly<Record<string, string>>): unknown {
  return {
    rule_files: ['../portarium.rules'],
    evaluation_interval: '1m',
    tests: [
      {
        name: 'as written: silent, whatever happens',
        interval: '1m',
        input_series: Object.entries(series).map(([one, values]) => ({ series: one, values })),
        alert_rule_test: Array.from({ length: 16 }, (_, minute) => ({
          eval_time: `${minute}m`,
          alertname,
          exp_alerts: [],
        })),
      },
    ],
  };
}

function faults(construct: string, rule: AlertRule): readonly Finding[] {
  return checkAlert(rule, CATALOGUE).map((problem) => ({
    rule: problem.rule,
    severity: 'warning',
    where: { construct: `${construct}/alerts` },
    message: `${rule.alert}: ${problem.message}`,
    fix: problem.fix,
  }));
}
