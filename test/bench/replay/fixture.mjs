import { once } from 'node:events';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const NAMESPACES = 20;
const APPLICATIONS = 10;
/** Pods of each application. */
const PODS = 10;

/**
 * Writes the manifests of a cluster of 200 applications, each of which may reach the next one of its namespace and a host
 * outside, and a recording of flows as `hubble observe -o json` prints it.
 */
export async function write({ folder, flows }) {
  mkdirSync(folder, { recursive: true });
  const text = objects().map((one) => `---\n${JSON.stringify(one)}\n`);
  writeFileSync(path.join(folder, 'manifests.yaml'), text.join(''));
  const out = createWriteStream(path.join(folder, 'flows.jsonl'));
  let block = '';
  for (let index = 0; index < flows; index++) {
    block += `${line(index)}\n`;
    if (block.length < 1 << 20) continue;
    if (!out.write(block)) await once(out, 'drain');
    block = '';
  }
  out.end(block);
  await once(out, 'close');
  return { flows, bytes: out.bytesWritten };
}

function objects() {
  return Array.from({ length: NAMESPACES }, (_, number) => namespace(`ns-${number}`)).flat();
}

function namespace(name) {
  const items = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    policy(name, 'default-deny', { endpointSelector: {}, ingress: [{}], egress: [{}] }),
  ];
  for (let number = 0; number < APPLICATIONS; number++) {
    const labels = { app: `app-${number}` };
    const [next, before] = [number + 1, number - 1 + APPLICATIONS].map((other) => `app-${other % APPLICATIONS}`);
    const spec = { containers: [{ name: 'main' }] };
    items.push(
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: labels.app, namespace: name },
        spec: { template: { metadata: { labels }, spec } },
      },
      policy(name, labels.app, {
        endpointSelector: { matchLabels: labels },
        ingress: [
          {
            fromEndpoints: [{ matchLabels: { app: before } }],
            toPorts: ports('8080', { http: [{ method: 'GET', path: '/v1/.*' }] }),
          },
        ],
        egress: [
          { toEndpoints: [{ matchLabels: { app: next } }], toPorts: ports('8080') },
          { toFQDNs: [{ matchPattern: '*.example.com' }], toPorts: ports('443') },
          {
            toEndpoints: [{ matchLabels: { 'io.kubernetes.pod.namespace': 'kube-system' } }],
            toPorts: ports('53', { dns: [{ matchPattern: '*.example.com' }] }),
          },
        ],
      }),
    );
  }
  return items;
}

function policy(namespace, name, spec) {
  return { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { namespace, name }, spec };
}

function ports(port, rules) {
  return [{ ports: [{ port, protocol: port === '53' ? 'UDP' : 'TCP' }], ...(rules === undefined ? {} : { rules }) }];
}

const known = new Map();

/** An end of a flow as JSON. Hubble knows the workload of pods of its own node only. */
function pod(application, number, isLocal) {
  const key = `${application} ${number} ${isLocal}`;
  let text = known.get(key);
  if (text === undefined) {
    const [namespace, app] = [`ns-${application % NAMESPACES}`, `app-${Math.floor(application / NAMESPACES)}`];
    const labels = [
      `k8s:app=${app}`,
      `k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=${namespace}`,
      'k8s:io.cilium.k8s.policy.cluster=default',
      'k8s:io.cilium.k8s.policy.serviceaccount=default',
      `k8s:io.kubernetes.pod.namespace=${namespace}`,
    ];
    text = JSON.stringify({
      ...(isLocal ? { ID: 100 + number } : {}),
      identity: 20_000 + application,
      cluster_name: 'default',
      namespace,
      labels,
      pod_name: `${app}-7d9f8c6b5d-x2kz${'bcdfghjklm'[number]}`,
      ...(isLocal ? { workloads: [{ name: app, kind: 'Deployment' }] } : {}),
    });
    known.set(key, text);
  }
  return text;
}

const WORLD = '{"identity":2,"labels":["reserved:world"]}';

/** Of 100 flows, 50 are replies, 40 connect as they should, 4 reach hosts, 4 are requests, and 2 break. */
function line(index) {
  const kind = index % 100;
  const application = (index * 7 + Math.floor(index / 100)) % (NAMESPACES * APPLICATIONS);
  const next = (application + NAMESPACES) % (NAMESPACES * APPLICATIONS);
  const [from, to] = [pod(application, index % PODS, true), pod(next, (index * 3) % PODS, false)];
  const number = String(index).padStart(12, '0');
  const time = `2026-03-01T12:${String(Math.floor(index / 60_000) % 60).padStart(2, '0')}:${String(Math.floor(index / 1000) % 60).padStart(2, '0')}.${String(index % 1000).padStart(3, '0')}123456Z`;
  const head = `{"flow":{"time":"${time}","uuid":"0b6d2c52-3f0a-4b6e-9a53-${number}","verdict":"FORWARDED","ethernet":{"source":"5e:0c:1a:22:7b:01","destination":"0a:58:0a:14:01:01"}`;
  const addresses = (destination) =>
    `,"IP":{"source":"10.0.${application}.${index % PODS}","destination":"${destination}","ipVersion":"IPv4"}`;
  const l4 = (port) =>
    `,"l4":{"TCP":{"source_port":${30_000 + (index % 30_000)},"destination_port":${port},"flags":{"SYN":true}}}`;
  const ends = (source, destination) => `,"source":${source},"destination":${destination},"Type":`;
  const tail = `"node_name":"default/node-1","node_labels":["kubernetes.io/arch=amd64","kubernetes.io/hostname=node-1","kubernetes.io/os=linux"]`;
  const trace = (isReply) =>
    `,"event_type":{"type":4,"sub_type":3},"traffic_direction":"EGRESS","trace_observation_point":"TO_STACK","trace_reason":"${isReply ? 'REPLY' : 'NEW'}","is_reply":${isReply},"interface":{"index":12,"name":"eth0"},"Summary":"TCP Flags: SYN"}`;
  const end = `,"node_name":"default/node-1","time":"${time}"}`;
  const inside = `10.1.${next}.${index % PODS}`;
  if (kind % 2 === 1)
    return `${head}${addresses(inside)}${l4(30_000 + (index % 30_000))}${ends(to, from)}"L3_L4",${tail}${trace(true)}${end}`;
  if (kind < 80) return `${head}${addresses(inside)}${l4(8080)}${ends(from, to)}"L3_L4",${tail}${trace(false)}${end}`;
  if (kind < 88) {
    const names = `,"destination_names":["api-${kind}.example.com"]`;
    return `${head}${addresses('203.0.113.7')}${l4(443)}${ends(from, WORLD)}"L3_L4",${tail}${names}${trace(false)}${end}`;
  }
  if (kind < 96) {
    const l7 = `,"l7":{"type":"REQUEST","http":{"method":"GET","url":"http://app:8080/v1/items/${index % 50}","protocol":"HTTP/1.1"}},"event_type":{"type":129},"traffic_direction":"INGRESS","is_reply":false,"Summary":"HTTP/1.1 GET"}`;
    return `${head}${addresses(inside)}${l4(8080)}${ends(from, to)}"L7",${tail}${l7}${end}`;
  }
  return `${head}${addresses(inside)}${l4(9000)}${ends(from, to)}"L3_L4",${tail}${trace(false)}${end}`;
}
