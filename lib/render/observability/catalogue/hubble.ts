import type { Metric, MetricLabel } from '../metric';

/**
 * What Hubble has to be told so that its metrics carry the labels that alerts need: one entry for each metric, as
 * list items of the Helm value `hubble.metrics.enabled`.
 * @see Cilium 1.19.4, pkg/hubble/metrics/api/context.go
 */
export const HUBBLE_METRICS_ENABLED: readonly string[] = [
  'drop:destinationContext=dns|ip;labelsContext=source_namespace,source_workload,traffic_direction',
  'policy:labelsContext=source_namespace,source_workload',
];

const shared = { exporter: 'hubble', since: 'Cilium 1.18' } as const;

const SOURCE: readonly MetricLabel[] = ['source_namespace', 'source_workload'];

/**
 * Metrics that Hubble derives from flows. Without `labelsContext` they know neither namespace nor direction.
 * @see Cilium 1.19.4, pkg/hubble/metrics
 */
export const HUBBLE: readonly Metric[] = [
  {
    ...shared,
    name: 'hubble_drop_total',
    type: 'counter',
    help: 'flows dropped, by reason',
    labels: [
      'reason',
      'protocol',
      ...SOURCE,
      'destination',
      { name: 'traffic_direction', values: ['ingress', 'egress', 'unknown'] },
    ],
    enabledBy: `Helm value hubble.metrics.enabled with "${HUBBLE_METRICS_ENABLED[0]}"`,
    source: 'Cilium 1.19.4, pkg/hubble/metrics/drop/handler.go',
    born: 'event',
  },
  {
    ...shared,
    name: 'hubble_policy_verdicts_total',
    type: 'counter',
    help: 'decisions of policies about connections (and requests, where match begins with l7)',
    labels: [
      { name: 'direction', values: ['ingress', 'egress', 'traffic_direction_unknown'] },
      'match',
      {
        name: 'action',
        values: ['verdict_unknown', 'forwarded', 'dropped', 'error', 'audit', 'redirected', 'traced', 'translated'],
      },
      ...SOURCE,
    ],
    enabledBy: `Helm value hubble.metrics.enabled with "${HUBBLE_METRICS_ENABLED[1]}"`,
    source: 'Cilium 1.19.4, pkg/hubble/metrics/policy/handler.go and api/v1/flow/flow.proto',
    born: 'event',
  },
];

/** Reasons of drops by policy as flows name them. */
export const FLOW_POLICY_DENIED = 'POLICY_DENIED|POLICY_DENY';
