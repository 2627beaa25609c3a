import type { Metric } from '../metric';

const shared = {
  type: 'counter',
  exporter: 'portarium',
  enabledBy: 'the monitoring of Portarium’s first phase',
  since: 'Portarium phase 1',
  born: 'event',
} as const;

/**
 * Metrics of Portarium. The seed's alert prints a label `url`, which would make nearly every call a series of its own;
 * what is kept of the address is the host, of which a workspace has few.
 * @see seed 000, alert definitions and dashboard panels
 */
export const PORTARIUM: readonly Metric[] = [
  {
    ...shared,
    name: 'portarium_calls_total',
    help: 'calls of agents, by the way that they took',
    labels: [
      { name: 'classification', values: ['control-plane-routed', 'direct-sor-call'] },
      'workspace_id',
      'agent_id',
      'destination_host',
    ],
    source: 'seed 000, alert DirectSorCallDetected and the audit of current egress',
  },
  {
    ...shared,
    name: 'portarium_policy_denials_total',
    help: 'requests that a policy of the control plane denied',
    labels: ['policy_type', 'workspace_id'],
    source: 'seed 000, alert ToolAllowlistDenial',
  },
];
