import type { Construct } from 'constructs';
import type { Finding } from '../../finding';
import { Port } from '../../model/port';
import type { Component } from '../../platform/component';
import { Service } from '../../platform/service';
import { OPA_DIAGNOSTICS_PORT } from '../../render/authorization/opa-pod';
import { type MetricsEndpoint, podMonitorSpec } from '../../render/observability/pod-monitor';
import { ManifestObject } from '../../synth/manifest-object';
import type { PortariumObservability } from './observability-settings';
import type { Portarium } from './portarium';

/** Something in our pods that shows metrics, which alerts are made of. */
interface Exporter {
  readonly title: string;
  readonly component: Component;
  readonly path: string;
  /** Undefined if nobody said. */
  readonly port: number | undefined;
  /** Where to say it. */
  readonly setting: string;
}

/**
 * Lets Prometheus in where a default deny keeps everybody out, and tells its operator what to scrape. Without it, alerts
 * about the control plane, its Envoy and OPA could only ever say that there are no metrics, which is a finding.
 * @param scope construct below which the monitors are made
 * @param mutualTls whether the control plane asks for it
 */
export function letPrometheusIn(
  scope: Construct,
  portarium: Portarium,
  settings: PortariumObservability,
  mutualTls: boolean,
): void {
  const exporters = exportersOf(portarium, settings, mutualTls);
  portarium.addFindings(() => unscraped(portarium, exporters));
  const { prometheus, namespace = 'monitoring', ruleLabels } = settings;
  const endpoints = new Map<Component, MetricsEndpoint[]>();
  for (const { component, port, path } of exporters) {
    if (port !== undefined) endpoints.set(component, [...(endpoints.get(component) ?? []), { port, path }]);
  }
  if (prometheus === undefined || endpoints.size === 0) return;
  const scraper = new Service(portarium, 'prometheus', {
    namespace: prometheus.namespace ?? namespace,
    labels: prometheus.labels ?? { 'app.kubernetes.io/name': 'prometheus' },
    managed: false,
    serviceName: 'none',
  });
  for (const [component, shown] of endpoints) {
    const ports = shown.map(({ port }) => Port.tcp(port));
    component.allowFrom(scraper, { ports, purpose: 'Scrape metrics' });
    const { node, namespace: own, selector = {} } = component;
    const name = `${own}-${node.id}`;
    new ManifestObject(scope, `pod-monitor-${name}`, {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      name,
      namespace,
      file: portarium.file('alerts/pod-monitors.yaml'),
      ...(ruleLabels === undefined ? {} : { labels: ruleLabels }),
      render: () => ({ spec: podMonitorSpec({ namespace: own, selector, endpoints: shown }) }),
    });
  }
}

/** Everything of ours that has metrics, whether or not its port is known. */
function exportersOf(
  { controlPlane, authorization }: Portarium,
  { prometheus, envoy = true }: PortariumObservability,
  mutualTls: boolean,
): readonly Exporter[] {
  const title = controlPlane.title;
  const own = { title, component: controlPlane, path: '/metrics', setting: 'controlPlanePort' };
  const proxy = { title: 'its Envoy', component: controlPlane, path: '/stats/prometheus', setting: 'envoyPort' };
  return [
    ...(controlPlane.managed ? [{ ...own, port: prometheus?.controlPlanePort }] : []),
    ...(controlPlane.managed && mutualTls && envoy ? [{ ...proxy, port: prometheus?.envoyPort }] : []),
    ...(authorization === undefined
      ? []
      : [
          {
            title: authorization.title,
            component: authorization,
            path: '/metrics',
            port: prometheus === undefined ? undefined : OPA_DIAGNOSTICS_PORT,
            setting: '',
          },
        ]),
  ];
}

function unscraped({ node }: Portarium, exporters: readonly Exporter[]): readonly Finding[] {
  const blind = exporters.filter(({ port }) => port === undefined);
  if (blind.length === 0) return [];
  const settings = blind.flatMap(({ setting }) => (setting === '' ? [] : [setting]));
  return [
    {
      rule: 'metrics-not-reachable',
      severity: 'warning',
      where: { construct: node.path },
      message: `no policy lets Prometheus scrape ${blind.map(({ title }) => title).join(', ')}, so that alerts about their metrics can only say that there are none`,
      fix: `say observability.prometheus${settings.length === 0 ? '' : ` with ${settings.join(' and ')}`}`,
    },
  ];
}
