import {
  CILIUM_NAMESPACE_LABEL,
  type CiliumEgressRule,
  type CiliumIngressRule,
  type CiliumNetworkPolicySpec,
  type CiliumPortRule,
} from '../../kube/cilium-network-policy';
import type { LabelSelector } from '../../kube/selector';
import type { HttpRule } from '../../model/l7';
import { SDR_LABELS, type SdrComponent } from './label';
import { HUSHD_REQUESTS, PROOFS_REQUESTS } from './request';

/** One policy of the specification, exactly as it stands there. */
export interface WrittenPolicy {
  readonly spec: CiliumNetworkPolicySpec;
  /** Labels besides `part-of`. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Names that the specification uses, so that an installation can compare its own. */
export interface WrittenNames {
  readonly namespace: string;
  readonly prometheus: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> };
}

const REQUIRED = { mode: 'required' } as const;

function pods(labels: Readonly<Record<string, string>>): LabelSelector {
  return { matchLabels: labels };
}

function component(name: string): LabelSelector {
  return pods({ [SDR_LABELS.component]: name });
}

function tcp(...ports: readonly string[]): readonly [CiliumPortRule] {
  return [{ ports: ports.map((port) => ({ port, protocol: 'TCP' as const })) }];
}

function http(port: string, requests: readonly HttpRule[]): readonly [CiliumPortRule] {
  return [{ ...tcp(port)[0], rules: { http: requests } }];
}

const DNS_PODS = pods({ [CILIUM_NAMESPACE_LABEL]: 'kube-system', 'k8s-app': 'kube-dns' });
const DNS_PORTS: CiliumPortRule = { ports: [{ port: '53', protocol: 'ANY' }] };

/** DNS with or without a list of patterns; without one, any name may be asked and nothing is learned for toFQDNs. */
function dns(...patterns: readonly string[]): CiliumEgressRule {
  const rules = { dns: patterns.map((matchPattern) => ({ matchPattern })) };
  return { toEndpoints: [DNS_PODS], toPorts: [patterns.length === 0 ? DNS_PORTS : { ...DNS_PORTS, rules }] };
}

const TO_NATS: CiliumEgressRule = {
  toEndpoints: [component('nats')],
  authentication: REQUIRED,
  toPorts: tcp('4222'),
};

/** The ten policies of the specification by the name of their object, as they were written. */
export function writtenPolicies(names: WrittenNames): Readonly<Record<string, WrittenPolicy>> {
  const { namespace } = names;
  const everyPod = pods({ [CILIUM_NAMESPACE_LABEL]: namespace });
  const prometheus = pods({ [CILIUM_NAMESPACE_LABEL]: names.prometheus.namespace, ...names.prometheus.labels });
  const scrape = (...ports: readonly string[]): CiliumIngressRule => ({
    fromEndpoints: [prometheus],
    toPorts: tcp(...ports),
  });
  const spine = (name: SdrComponent, description: string, egress: readonly CiliumEgressRule[]): WrittenPolicy => ({
    spec: { description, endpointSelector: component(name), ingress: [scrape('2112')], egress },
  });
  return {
    'sdr-namespace-default-deny': {
      labels: { 'clawdstrike.io/policy-scope': 'namespace' },
      spec: {
        description: 'Default deny for clawdstrike namespace. Explicit allow rules override.',
        endpointSelector: {},
        ingress: [{ fromEndpoints: [everyPod] }, scrape('9090', '2112')],
        egress: [{ toEndpoints: [everyPod] }, dns('*')],
      },
    },
    'spine-checkpointer': spine(
      'spine-checkpointer',
      'Spine checkpointer: subscribe to envelopes, publish checkpoints to NATS',
      [TO_NATS, dns()],
    ),
    'spine-witness': spine('spine-witness', 'Spine witness: subscribe to checkpoints, publish co-signatures to NATS', [
      TO_NATS,
      { toFQDNs: [{ matchPattern: '*.amazonaws.com' }], toPorts: tcp('443') },
      dns('*.amazonaws.com', '*.svc.cluster.local'),
    ]),
    'spine-proofs-api': {
      spec: {
        description: 'Spine proofs-api: serves inclusion proofs, queries NATS KV',
        endpointSelector: component('spine-proofs-api'),
        ingress: [
          {
            fromEndpoints: [component('hushd')],
            authentication: REQUIRED,
            toPorts: http('8080', PROOFS_REQUESTS),
          },
          { fromEndpoints: [component('envoy-gateway')], toPorts: http('8080', PROOFS_REQUESTS) },
          scrape('2112'),
        ],
        egress: [TO_NATS, dns()],
      },
    },
    'tetragon-bridge': spine('tetragon-bridge', 'Tetragon bridge: gRPC from Tetragon, publish to NATS', [
      { toEntities: ['host'], toPorts: tcp('54321') },
      {
        toEndpoints: [pods({ [CILIUM_NAMESPACE_LABEL]: namespace, [SDR_LABELS.component]: 'nats' })],
        toPorts: tcp('4222'),
      },
      dns(),
    ]),
    'hubble-bridge': spine('hubble-bridge', 'Hubble bridge: gRPC from Hubble Relay, publish to NATS', [
      {
        toEndpoints: [pods({ [CILIUM_NAMESPACE_LABEL]: 'kube-system', 'app.kubernetes.io/name': 'hubble-relay' })],
        toPorts: tcp('4245'),
      },
      TO_NATS,
      dns(),
    ]),
    hushd: {
      spec: {
        description: 'hushd: enforcement daemon serving agent check API and SSE events',
        endpointSelector: component('hushd'),
        ingress: [
          { fromEndpoints: [component('envoy-gateway')], toPorts: http('8080', HUSHD_REQUESTS) },
          { fromEndpoints: [everyPod], toPorts: tcp('8080') },
          scrape('2112'),
        ],
        egress: [
          TO_NATS,
          { toEndpoints: [component('spine-proofs-api')], authentication: REQUIRED, toPorts: tcp('8080') },
          dns(),
        ],
      },
    },
    'nats-jetstream': {
      spec: {
        description: 'NATS JetStream: accept connections from SDR services, inter-replica clustering',
        endpointSelector: component('nats'),
        ingress: [
          { fromEndpoints: [pods({ [SDR_LABELS.partOf]: SDR_LABELS.stack })], toPorts: tcp('4222') },
          {
            fromEndpoints: [
              pods({ [CILIUM_NAMESPACE_LABEL]: 'kube-system', [SDR_LABELS.component]: 'tetragon-bridge' }),
            ],
            toPorts: tcp('4222'),
          },
          { fromEndpoints: [component('nats')], toPorts: tcp('6222') },
          scrape('8222'),
        ],
        egress: [{ toEndpoints: [component('nats')], toPorts: tcp('6222') }, dns()],
      },
    },
    'sdr-allow-dns': {
      spec: {
        description: 'Allow all SDR pods to resolve DNS',
        endpointSelector: pods({ [SDR_LABELS.partOf]: SDR_LABELS.stack }),
        egress: [dns('*')],
      },
    },
    'sdr-allow-prometheus': {
      spec: {
        description: 'Allow Prometheus to scrape all SDR service metrics',
        endpointSelector: pods({ [SDR_LABELS.partOf]: SDR_LABELS.stack }),
        ingress: [scrape('2112', '9090')],
      },
    },
  };
}
