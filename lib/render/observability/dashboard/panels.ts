import { AGENT_POLICY_DENIED } from '../catalogue/cilium-agent';
import { HANDSHAKE_FAILURES } from '../catalogue/envoy';
import { FLOW_POLICY_DENIED } from '../catalogue/hubble';
import { grown } from '../grown';
import type { MonitoredPlatform } from '../monitored';

/** A panel of the dashboard, without how Grafana spells it. */
export interface PanelModel {
  readonly title: string;
  /** What its reader has to know. */
  readonly description: string;
  readonly kind: 'stat' | 'timeseries' | 'table';
  /** @see https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#unit */
  readonly unit: string;
  readonly queries: readonly PanelQuery[];
  /**
   * From which value on it is yellow, and from which red; red first where less is worse.
   * @default - it has no colours
   */
  readonly thresholds?: { readonly yellow?: number; readonly red: number; readonly lessIsWorse?: boolean };
}

export interface PanelQuery {
  readonly expr: string;
  /** `{{workspace_id}}`. */
  readonly legend: string;
}

/** What Grafana puts in place of its variables; any duration will do for a check. */
export const GRAFANA_RANGES = { $__rate_interval: '5m', $__range: '6h' } as const;

/** The panels of seed 000, then what it leaves open: who is allowed what, what is denied, how far each workspace is. */
export function panelsOf(platform: MonitoredPlatform): readonly PanelModel[] {
  const { cilium, identity } = platform;
  return [
    DIRECT_CALLS,
    ...(cilium === undefined ? [] : [egressDrops(cilium.hubble)]),
    ...(identity?.envoy === true ? [handshakes(platform.controlPlaneNamespace)] : []),
    TOOL_DENIALS,
    ...(identity === undefined ? [] : [ROTATIONS]),
    ...(cilium?.hubble === true ? [EGRESS_BY_WORKSPACE, DENIED_DESTINATIONS] : []),
    CALLS_BY_WORKSPACE,
    ...(identity === undefined ? [] : [svidAge(identity.x509SvidTtl), authority(identity.x509SvidTtl)]),
    ...(cilium === undefined ? [] : [ENFORCEMENT]),
    STAGES,
  ];
}

const DIRECT_CALLS: PanelModel = {
  title: 'Direct SoR calls (should be 0)',
  description: 'Calls of agents past the control plane in the time shown, the first of each kind included.',
  kind: 'stat',
  unit: 'short',
  queries: [
    {
      expr: `sum(${grown('portarium_calls_total{classification="direct-sor-call"}', '$__range')}) or vector(0)`,
      legend: 'direct calls',
    },
  ],
  thresholds: { red: 1 },
};

function egressDrops(hubble: boolean): PanelModel {
  const query = hubble
    ? {
        expr: `sum by (source_namespace, reason) (rate(hubble_drop_total{reason=~"${FLOW_POLICY_DENIED}",traffic_direction="egress"}[$__rate_interval]))`,
        legend: '{{source_namespace}} {{reason}}',
      }
    : {
        expr: `sum by (instance, reason) (rate(cilium_drop_count_total{reason=~"${AGENT_POLICY_DENIED}",direction="EGRESS"}[$__rate_interval]))`,
        legend: '{{instance}} {{reason}}',
      };
  return {
    title: 'Egress policy drops',
    description: hubble ? 'By namespace, from Hubble.' : 'By node: without Hubble nobody knows whose traffic it was.',
    kind: 'timeseries',
    unit: 'pps',
    queries: [query],
  };
}

function handshakes(namespace: string): PanelModel {
  const rate = (metric: string) => `sum(rate(${metric}{namespace="${namespace}"}[$__rate_interval]))`;
  const succeeded = rate('envoy_listener_ssl_handshake');
  const failed = Object.values(HANDSHAKE_FAILURES).map((metric) => `(${rate(metric)} or vector(0))`);
  return {
    title: 'mTLS handshake success rate',
    description: 'Handshakes that succeeded among all; the failures include certificates that were not accepted.',
    kind: 'timeseries',
    unit: 'percent',
    queries: [{ expr: `100 * ${succeeded} / (${[succeeded, ...failed].join(' + ')})`, legend: 'succeeded' }],
    thresholds: { yellow: 99, red: 95, lessIsWorse: true },
  };
}

const TOOL_DENIALS: PanelModel = {
  title: 'Tool allowlist denials',
  description: 'Tool calls that the allowlist of a workspace denied.',
  kind: 'timeseries',
  unit: 'short',
  queries: [
    {
      expr: 'sum by (workspace_id) (increase(portarium_policy_denials_total{policy_type="tool-allowlist"}[$__rate_interval]))',
      legend: '{{workspace_id}}',
    },
  ],
};

const ROTATIONS: PanelModel = {
  title: 'SVID rotation events',
  description: 'X.509 SVIDs that the server signed, and renewals of the agents’ own.',
  kind: 'timeseries',
  unit: 'short',
  queries: [
    { expr: 'sum(increase(spire_server_server_ca_sign_x509_svid[$__rate_interval]))', legend: 'signed by the server' },
    {
      expr: 'sum by (status) (increase(spire_agent_agent_svid_rotate[$__rate_interval]))',
      legend: 'agents’ own, {{status}}',
    },
  ],
};

const EGRESS_BY_WORKSPACE: PanelModel = {
  title: 'Egress by workspace',
  description: 'Connections out of each workspace, allowed and blocked, per second.',
  kind: 'timeseries',
  unit: 'cps',
  queries: [
    { expr: 'portcullis:egress_allowed:rate5m', legend: '{{workspace_id}} allowed' },
    { expr: 'portcullis:egress_blocked:rate5m', legend: '{{workspace_id}} blocked' },
  ],
};

const DENIED_DESTINATIONS: PanelModel = {
  title: 'Top denied destinations',
  description: 'Where workspaces tried to get to, and did not, in the time shown.',
  kind: 'table',
  unit: 'short',
  queries: [
    {
      expr: `topk(10, sum by (workspace_id, source_workload, destination) (
  sum by (source_namespace, source_workload, destination) (
    ${grown(`hubble_drop_total{reason=~"${FLOW_POLICY_DENIED}",traffic_direction="egress"}`, '$__range')}
  )
  * on (source_namespace) group_left (workspace_id) portcullis:workspace:info
))`,
      legend: '',
    },
  ],
};

const CALLS_BY_WORKSPACE: PanelModel = {
  title: 'Calls by workspace',
  description: 'Calls of agents through the control plane and past it, per second.',
  kind: 'timeseries',
  unit: 'reqps',
  queries: [
    { expr: 'portcullis:calls_routed:rate5m', legend: '{{workspace_id}} routed' },
    { expr: 'portcullis:calls_direct:rate5m', legend: '{{workspace_id}} direct' },
  ],
};

function svidAge(ttl: number): PanelModel {
  return {
    title: 'SVID age',
    description:
      'Time since the server last signed an X.509 SVID. Each is renewed at half of its lifetime, so that the youngest is never older than that while SPIRE works.',
    kind: 'stat',
    unit: 's',
    queries: [
      {
        expr: 'time() - max_over_time(timestamp(sum(changes(spire_server_server_ca_sign_x509_svid[2m])) > 0)[$__range:1m])',
        legend: 'since the last was signed',
      },
    ],
    thresholds: { yellow: ttl / 2, red: (ttl * 3) / 4 },
  };
}

function authority(ttl: number): PanelModel {
  return {
    title: 'Life of the SPIRE authority',
    description:
      'Time until the X.509 authority in use expires. Below the lifetime of an SVID none can be signed in full.',
    kind: 'stat',
    unit: 's',
    queries: [{ expr: 'min(spire_server_manager_x509_ca_rotate_expiration) - time()', legend: 'expires in' }],
    thresholds: { yellow: 2 * ttl, red: ttl, lessIsWorse: true },
  };
}

const ENFORCEMENT: PanelModel = {
  title: 'Endpoints by enforcement',
  description: 'Pods of all nodes by what Cilium enforces for them; audit enforces nothing.',
  kind: 'timeseries',
  unit: 'short',
  queries: [
    { expr: 'sum by (enforcement) (cilium_policy_endpoint_enforcement_status)', legend: '{{enforcement}}' },
    { expr: 'max(cilium_policy)', legend: 'policies loaded' },
  ],
};

const STAGES: PanelModel = {
  title: 'Stage per workspace',
  description: 'How far each layer of each workspace has been rolled out, as it was rendered.',
  kind: 'table',
  unit: 'short',
  queries: [{ expr: 'group by (workspace_id, layer, stage) (portcullis:workspace_stage:info)', legend: '' }],
};
