import type { Metric } from '../metric';

const shared = {
  exporter: 'cilium-agent',
  enabledBy: 'Helm value prometheus.enabled=true of Cilium',
  since: 'Cilium 1.18',
} as const;

const DIRECTION = { name: 'direction', values: ['INGRESS', 'EGRESS', 'SERVICE', 'UNKNOWN'] } as const;

/**
 * Metrics of the Cilium agent. None of them knows the namespace of a pod: they are for the node.
 * @see Cilium 1.19.4, pkg/metrics/metrics.go, pkg/maps/metricsmap/metricsmap.go, pkg/monitor/api/drop.go
 */
export const CILIUM_AGENT: readonly Metric[] = [
  {
    ...shared,
    name: 'cilium_drop_count_total',
    type: 'counter',
    help: 'packets dropped, by reason and direction',
    labels: ['reason', DIRECTION],
    source: 'Cilium 1.19.4, pkg/maps/metricsmap/metricsmap.go',
    born: 'event',
  },
  {
    ...shared,
    name: 'cilium_policy',
    type: 'gauge',
    help: 'policies that the agent has loaded',
    labels: [],
    source: 'Cilium 1.19.4, pkg/metrics/metrics.go',
    born: 'start',
  },
  {
    ...shared,
    name: 'cilium_policy_change_total',
    type: 'counter',
    help: 'policies taken over or refused',
    // The agent declares `failure`, which stays at 0, and counts `fail`.
    labels: [{ name: 'outcome', values: ['success', 'fail', 'failure'] }],
    source: 'Cilium 1.19.4, pkg/metrics/metrics.go and pkg/policy/k8s/cilium_network_policy.go',
    born: 'event',
  },
  {
    ...shared,
    name: 'cilium_policy_endpoint_enforcement_status',
    type: 'gauge',
    help: 'endpoints of the node by what is enforced for them',
    labels: [
      {
        name: 'enforcement',
        values: ['none', 'ingress', 'egress', 'both', 'audit-ingress', 'audit-egress', 'audit-both'],
      },
    ],
    source: 'Cilium 1.19.4, pkg/endpoint/metrics.go',
    born: 'start',
  },
  {
    ...shared,
    name: 'cilium_bpf_map_pressure',
    type: 'gauge',
    // Below the threshold the agent takes the series away, so that absence means health.
    help: 'how full a map is, 1 being full; for policy maps the fullest of the node, shown from 0.1 on',
    labels: ['map_name'],
    source: 'Cilium 1.19.4, pkg/metrics/metrics.go and pkg/endpointmanager/policymap_pressure.go',
    born: 'event',
  },
];

/** Reasons of drops by policy; `Policy denied` is the lack of a rule, the other a rule that denies. */
export const AGENT_POLICY_DENIED = 'Policy denied|Policy denied by denylist';
