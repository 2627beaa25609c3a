import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'vitest';
import { type AnalysisDialect, loadManifests, type Manifests } from '../../../../lib/analysis';
import type { Replay, ReplayGroup } from '../../../../lib/analysis/replay/outcome';
import { replay } from '../../../../lib/analysis/replay/replay';
import { line, pod, podLabels, remotePod } from '../flow/flows';

export type Fields = Readonly<Record<string, unknown>>;

export const POLICIES = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: web } }
  egress:
    - toEndpoints: [{ matchLabels: { app: api } }]
      toPorts: [{ ports: [{ port: "8080", protocol: TCP }] }]
    - toEndpoints: [{ matchLabels: { app: db } }]
      toPorts: [{ ports: [{ port: "5432", protocol: TCP }] }]
    - toEndpoints: [{ matchLabels: { app: cart } }]
      toPorts: [{ ports: [{ port: "8080", protocol: TCP }], rules: { http: [{ method: GET, path: /v1 }] } }]
    - toEndpoints: [{ matchLabels: { io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns } }]
      toPorts: [{ ports: [{ port: "53", protocol: UDP }], rules: { dns: [{ matchPattern: "*.example.com" }] } }]
    - toFQDNs: [{ matchPattern: "*.example.com" }, { matchName: pay.example.net }]
      toPorts: [{ ports: [{ port: "443", protocol: TCP }] }]
    - toCIDR: [198.51.100.0/24]
      toPorts: [{ ports: [{ port: "5671", protocol: TCP }] }]
    - toEntities: [kube-apiserver]
      toPorts: [{ ports: [{ port: "6443", protocol: TCP }] }]
  egressDeny:
    - toCIDR: [203.0.113.66/32]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: api, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: api } }
  ingress:
    - fromEndpoints: [{ matchLabels: { app: web } }]
      toPorts: [{ ports: [{ port: "8080", protocol: TCP }] }]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: cart, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: cart } }
  ingress:
    - fromEndpoints: [{ matchLabels: { app: web } }]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: db } }
  ingress:
    - fromEndpoints: [{ matchLabels: { app: web } }]
      authentication: { mode: required }
      toPorts: [{ ports: [{ port: "5432", protocol: TCP }] }]
`;
export const deployment = (name: string, labels = `app: ${name}`) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec: { template: { metadata: { labels: { ${labels} } }, spec: { containers: [{ name: main }] } } }
`;

/** The policies alone, and with the workloads that they are about. */
export const { policies, shop } = loaded();

function loaded(): { readonly policies: Manifests; readonly shop: Manifests } {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-replay-'));
  try {
    writeFileSync(join(folder, 'policies.yaml'), POLICIES);
    const policies = loadManifests([join(folder, 'policies.yaml')]);
    writeFileSync(
      join(folder, 'workloads.yaml'),
      ['web', 'api', 'cart', 'db'].map((name) => deployment(name)).join(''),
    );
    return { policies, shop: loadManifests([folder]) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface Options {
  readonly manifests?: Manifests;
  readonly dialect?: AnalysisDialect;
  readonly limit?: number;
}

export function replayed(
  flows: readonly (Fields | string)[],
  { manifests = shop, ...options }: Options = {},
): Promise<Replay> {
  const text = flows.map((one) => `${typeof one === 'string' ? one : line(one)}\n`).join('');
  return replay(manifests, ['-'], { ...options, stdin: Readable.from([Buffer.from(text)]) });
}

export async function only(fields: Fields, options: Options = {}): Promise<ReplayGroup> {
  const { groups } = await replayed([fields], options);
  expect(groups).toHaveLength(1);
  return groups[0] as ReplayGroup;
}

export const web = pod('shop', 'web');
export const dns = remotePod('kube-system', 'coredns', { labels: podLabels('kube-system', { 'k8s-app': 'kube-dns' }) });
export const to = (destination: string) => ({ IP: { source: '10.0.1.11', destination, ipVersion: 'IPv4' } });
export const named = (address: string, ...names: readonly string[]) => ({ ...to(address), destination_names: names });
export const http = (method: string, url: string) => ({ http: { method, url, protocol: 'HTTP/1.1' } });
export const udp = (port: number) => ({ l4: { UDP: { source_port: 40_000, destination_port: port } } });
