/** Flows in Hubble's own form, as `hubble observe -o json` prints them. */

type Fields = Readonly<Record<string, unknown>>;

/** An end on the node that recorded the flow: Hubble knows its workload. */
export function pod(namespace: string, name: string, more: Fields = {}): Fields {
  return {
    ID: 1234,
    identity: identityOf(`${namespace}/${name}`),
    cluster_name: 'default',
    namespace,
    labels: podLabels(namespace, { app: name }),
    pod_name: `${name}-7d9f8c6b5d-x2kzq`,
    workloads: [{ name, kind: 'Deployment' }],
    ...more,
  };
}

/** A pod of another node, of which only address and identity are known. */
export function remotePod(namespace: string, name: string, more: Fields = {}): Fields {
  const { ID: _, workloads: __, ...rest } = pod(namespace, name);
  return { ...rest, ...more };
}

export function podLabels(namespace: string, labels: Readonly<Record<string, string>>): readonly string[] {
  return [
    ...Object.entries(labels).map(([key, value]) => `k8s:${key}=${value}`),
    `k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=${namespace}`,
    'k8s:io.cilium.k8s.policy.cluster=default',
    'k8s:io.cilium.k8s.policy.serviceaccount=default',
    `k8s:io.kubernetes.pod.namespace=${namespace}`,
  ].sort();
}

export const WORLD: Fields = { identity: 2, labels: ['reserved:world'] };
export const HOST: Fields = { identity: 1, labels: ['reserved:host'] };
export const API_SERVER: Fields = { identity: 7, labels: ['reserved:kube-apiserver', 'reserved:remote-node'] };

/** A packet that opened a connection, seen as it left the pod. */
export function flow(source: Fields, destination: Fields, port: number, more: Fields = {}): Fields {
  return {
    time: '2026-03-01T12:00:00.123456789Z',
    uuid: '5d8fcd8c-5c1f-4b0a-9d0e-6d2b3a3c1f11',
    verdict: 'FORWARDED',
    ethernet: { source: '0a:58:0a:00:01:0b', destination: '0a:58:0a:00:01:01' },
    IP: { source: '10.0.1.11', destination: '10.0.2.22', ipVersion: 'IPv4' },
    l4: { TCP: { source_port: 51234, destination_port: port, flags: { SYN: true } } },
    source,
    destination,
    Type: 'L3_L4',
    node_name: 'default/node-1',
    event_type: { type: 4, sub_type: 3 },
    traffic_direction: 'EGRESS',
    trace_observation_point: 'TO_STACK',
    trace_reason: 'NEW',
    is_reply: false,
    Summary: 'TCP Flags: SYN',
    ...more,
  };
}

/** A request that a proxy looked at. */
export function request(source: Fields, destination: Fields, port: number, l7: Fields, more: Fields = {}): Fields {
  const {
    trace_observation_point: _,
    trace_reason: __,
    uuid: ___,
    ethernet: ____,
    ...rest
  } = flow(source, destination, port);
  return { ...rest, Type: 'L7', l7: { type: 'REQUEST', ...l7 }, event_type: { type: 129 }, ...more };
}

/** As `hubble observe -o json`, `-o jsonpb` and the exporter write a flow. */
export function line(fields: Fields): string {
  const { node_name = 'default/node-1', time } = fields;
  return JSON.stringify({ flow: fields, node_name, time });
}

function identityOf(text: string): number {
  let hash = 0;
  for (const letter of text) hash = (hash * 31 + letter.charCodeAt(0)) % 30_000;
  return 20_000 + hash;
}
