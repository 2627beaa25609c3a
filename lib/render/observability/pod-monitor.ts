import type { Labels } from '../../model/label';

/** Pods that Prometheus scrapes. */
export interface MonitoredPods {
  readonly namespace: string;
  /** Labels of the pods. */
  readonly selector: Labels;
  readonly endpoints: readonly MetricsEndpoint[];
}

/** Where pods show metrics. */
export interface MetricsEndpoint {
  /** Container port; the container has to declare it. */
  readonly port: number;
  /** `/metrics`. */
  readonly path: string;
}

/**
 * Spec of a PodMonitor, by which the Prometheus operator finds the pods. It names ports by number, which Prometheus
 * compares with the ports that containers declare.
 * @see https://github.com/prometheus-operator/prometheus-operator/blob/v0.85.0/Documentation/api-reference/api.md (PodMetricsEndpoint)
 */
export function podMonitorSpec({ namespace, selector, endpoints }: MonitoredPods): Readonly<Record<string, unknown>> {
  return {
    namespaceSelector: { matchNames: [namespace] },
    selector: { matchLabels: selector },
    podMetricsEndpoints: endpoints.map(({ port, path }) => ({ portNumber: port, path })),
  };
}
