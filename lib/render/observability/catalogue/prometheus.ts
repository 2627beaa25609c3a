import type { Metric } from '../metric';

/** What Prometheus itself knows about its targets. */
export const PROMETHEUS: readonly Metric[] = [
  {
    name: 'up',
    type: 'gauge',
    exporter: 'prometheus',
    help: 'whether a target answered its last scrape',
    labels: [],
    since: 'Prometheus 2.42',
    source: 'https://prometheus.io/docs/concepts/jobs_instances/',
    born: 'start',
  },
];
