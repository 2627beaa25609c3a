import { manifestsOf } from '../../../../lib/analysis/load/load';
import { exportedObjects } from '../../../../lib/governance/drift/exported';
import { type DriftOptions, findDrift } from '../../../../lib/governance/drift/find-drift';

export type Data = Record<string, unknown>;

export const NETWORK_POLICY = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'agent', namespace: 'ws-a' },
  spec: {
    podSelector: { matchLabels: { app: 'agent' } },
    policyTypes: ['Ingress', 'Egress'],
    egress: [{ to: [{ podSelector: { matchLabels: { app: 'vault' } } }], ports: [{ port: 8200, protocol: 'TCP' }] }],
  },
};

export const CILIUM_POLICY = {
  apiVersion: 'cilium.io/v2',
  kind: 'CiliumNetworkPolicy',
  metadata: { name: 'agent', namespace: 'ws-a' },
  spec: {
    endpointSelector: { matchLabels: { app: 'agent' } },
    ingress: [{}],
    egress: [
      { toFQDNs: [{ matchName: 'api.example.com' }], toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] },
      { toEndpoints: [{ matchLabels: { app: 'vault' } }] },
    ],
  },
};

export const NAMESPACE = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'ws-a', labels: { 'pod-security.kubernetes.io/enforce': 'restricted', tenant: 'a' } },
};

/** What is there and how it differs, as `kind Name: path, path`. */
export function driftOf(rendered: readonly unknown[], live: readonly unknown[], options?: DriftOptions) {
  const report = findDrift(manifestsOf(rendered), exportedObjects(manifestsOf(live), 'exported'), options);
  return report.drifts.map(({ kind, object, changes, message }) => {
    const detail = kind === 'changed' ? changes.map(({ path }) => path.join('.')).join(', ') : message;
    return `${kind} ${object.kind} ${object.metadata.name}${kind === 'missing' ? '' : `: ${detail}`}`;
  });
}
