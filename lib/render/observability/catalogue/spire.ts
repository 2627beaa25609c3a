import type { Metric } from '../metric';

const server = {
  exporter: 'spire-server',
  enabledBy: 'telemetry { Prometheus { … } } in the configuration of the SPIRE server',
  since: 'SPIRE 1.15',
} as const;

const agent = {
  exporter: 'spire-agent',
  enabledBy: 'telemetry { Prometheus { … } } in the configuration of the SPIRE agents',
  since: 'SPIRE 1.15',
} as const;

/**
 * Metrics of SPIRE: the name of the service, then the keys of the metric, joined by `_`. Calls carry the gRPC code as
 * `status`.
 * @see SPIRE 1.15.3, doc/telemetry/telemetry.md, pkg/common/telemetry/prometheus.go and call.go
 */
export const SPIRE: readonly Metric[] = [
  {
    ...server,
    name: 'spire_server_server_ca_sign_x509_svid',
    type: 'counter',
    help: 'X.509 SVIDs signed, for workloads and for agents',
    labels: [],
    source: 'SPIRE 1.15.3, pkg/common/telemetry/server/ca_manager.go',
    born: 'event',
  },
  {
    ...server,
    name: 'spire_server_manager_x509_ca_rotate_expiration',
    type: 'gauge',
    help: 'when the X.509 authority in use expires, in seconds since 1970',
    labels: ['trust_domain_id'],
    source: 'SPIRE 1.15.3, pkg/common/telemetry/server/ca_manager.go',
    born: 'start',
  },
  {
    ...server,
    name: 'spire_server_uptime_in_ms',
    type: 'gauge',
    help: 'how long the server has been up, in milliseconds',
    labels: [],
    source: 'SPIRE 1.15.3, pkg/common/telemetry/uptime.go',
    born: 'start',
  },
  {
    ...agent,
    name: 'spire_agent_manager_sync_fetch_svids_updates',
    type: 'counter',
    help: 'requests of an agent to renew SVIDs',
    labels: ['status'],
    source: 'SPIRE 1.15.3, pkg/common/telemetry/agent/manager.go',
    born: 'event',
  },
  {
    ...agent,
    name: 'spire_agent_agent_svid_rotate',
    type: 'counter',
    help: 'renewals of the agent’s own SVID',
    labels: ['status'],
    source: 'SPIRE 1.15.3, pkg/common/telemetry/agent/rotate.go',
    born: 'event',
  },
  {
    ...agent,
    name: 'spire_agent_uptime_in_ms',
    type: 'gauge',
    help: 'how long the agent has been up, in milliseconds',
    labels: [],
    source: 'SPIRE 1.15.3, pkg/common/telemetry/uptime.go',
    born: 'start',
  },
];
