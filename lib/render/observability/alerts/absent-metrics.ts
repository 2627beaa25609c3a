import { ALERT_SEVERITIES, type Alert, type AlertSeverity, exportersOf } from '../alert';
import type { Exporter } from '../metric';
import type { MonitoredPlatform } from '../monitored';
import { boundary, fires, silent } from './alert-set';

interface Anchor {
  readonly name: string;
  readonly title: string;
  /** A series that is there as long as the exporter is scraped, configured as the alerts need it. */
  readonly selector: string;
  /** An example of it. */
  readonly series: string;
  /**
   * How long it may be away; for series that come with traffic.
   * @default - it is there all the time
   */
  readonly range?: string;
}

/**
 * One alert for each exporter that an alert of the platform relies on: without its metrics the others stay silent, and
 * silence looks like health. It is as severe as the most severe of those that it blinds.
 */
export function absentMetrics(platform: MonitoredPlatform, alerts: readonly Alert[]): readonly Alert[] {
  const blinded = new Map<Exporter, Alert[]>();
  for (const alert of alerts) {
    for (const exporter of exportersOf(alert)) {
      const known = blinded.get(exporter);
      if (known === undefined) blinded.set(exporter, [alert]);
      else known.push(alert);
    }
  }
  const recorded = blinded.get('portcullis') ?? [];
  // The recorded rates are made of what Hubble says.
  if (recorded.some(({ expr }) => expr.includes(':egress_')) && !blinded.has('hubble')) blinded.set('hubble', recorded);
  const anchors = anchorsOf(platform);
  return [...blinded].flatMap(([exporter, list]) => {
    const anchor = anchors[exporter];
    return anchor === undefined ? [] : [absent(anchor, list)];
  });
}

function absent({ name, title, selector, series, range }: Anchor, blinded: readonly Alert[]): Alert {
  const severities = blinded.map(({ severity }) => severity);
  const severity = ALERT_SEVERITIES.find((one) => severities.includes(one)) as AlertSeverity;
  const names = blinded.map((alert) => alert.name);
  const firing = { labels: labelsOf(selector) };
  return {
    name,
    severity,
    expr: range === undefined ? `absent(${selector})` : `absent_over_time(${selector}[${range}])`,
    for: '10m',
    summary: `No metrics of ${title}`,
    description: `Prometheus has nothing of ${title}, so that ${names.join(', ')} cannot fire.`,
    meaning: 'An alert without data is silent, and silence looks like health.',
    response: [
      'See whether Prometheus knows the target: Status → Targets, or `up` in its expression browser. No target: the ServiceMonitor or PodMonitor does not select it. Down: see the error beside it.',
      'See that the metrics are enabled as ALERTS.md beside the rules says, with the labels that it names.',
    ],
    tests: [
      fires('nothing at all', '31m', {}, firing),
      fires('it stops', '31m', { [series]: '1x4 stale' }, firing),
      silent('it is there', '31m', { [series]: '1+1x40' }),
      silent('a restart', '31m', { [series]: '1+1x10 _x5 0+1x40' }),
      boundary('not yet ten minutes', '9m', {}),
    ],
  };
}

/** What `absent()` carries: the labels that the selector names with `=`. */
function labelsOf(selector: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...selector.matchAll(/(\w+)="([^"]+)"/g)].map(([, label, value]) => [label as string, value as string]),
  );
}

function anchorsOf(platform: MonitoredPlatform): Readonly<Partial<Record<Exporter, Anchor>>> {
  const plain = (name: string, title: string, selector: string, range?: string): Anchor => ({
    name,
    title,
    selector,
    series: selector,
    ...(range === undefined ? {} : { range }),
  });
  const envoy = `envoy_listener_ssl_handshake{namespace="${platform.controlPlaneNamespace}"}`;
  const opa = `http_request_duration_seconds_count{namespace="${platform.opa?.namespace}"}`;
  return {
    portarium: {
      ...plain('PortariumMetricsAbsent', 'Portarium', 'portarium_calls_total', '10m'),
      series: 'portarium_calls_total{classification="control-plane-routed"}',
    },
    'cilium-agent': plain('CiliumMetricsAbsent', 'the agents of Cilium', 'cilium_policy'),
    // Without labelsContext the metric is there, and the namespace is not.
    hubble: {
      ...plain('HubbleMetricsAbsent', 'Hubble', 'hubble_policy_verdicts_total{source_namespace!=""}', '10m'),
      series: 'hubble_policy_verdicts_total{source_namespace="kube-system"}',
    },
    envoy: plain('EnvoyMetricsAbsent', 'the Envoy in front of the control plane', envoy),
    'spire-server': plain('SpireServerMetricsAbsent', 'the SPIRE server', 'spire_server_uptime_in_ms'),
    'spire-agent': plain('SpireAgentMetricsAbsent', 'the SPIRE agents', 'spire_agent_uptime_in_ms'),
    kyverno: plain('KyvernoMetricsAbsent', 'Kyverno', 'kyverno_admission_requests_total', '10m'),
    opa: plain('OpaMetricsAbsent', 'OPA', opa),
    'kube-state-metrics': plain(
      'KubeStateMetricsAbsent',
      'kube-state-metrics',
      'kube_deployment_status_replicas_available',
    ),
    'kube-apiserver': plain('ApiServerMetricsAbsent', 'the API server', 'apiserver_request_total'),
  };
}
