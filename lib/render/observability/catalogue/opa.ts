import type { Metric } from '../metric';

const shared = { exporter: 'opa', since: 'OPA 1.0' } as const;

/** Metrics of Open Policy Agent, whose names have no prefix: alerts have to name the namespace. */
export const OPA: readonly Metric[] = [
  {
    ...shared,
    name: 'http_request_duration_seconds',
    type: 'histogram',
    help: 'requests that OPA answered, its own health checks among them',
    labels: ['code', 'handler', 'method'],
    enabledBy: 'scraping /metrics of OPA',
    source: 'OPA 1.20.2, internal/prometheus/prometheus.go',
    born: 'event',
  },
];
