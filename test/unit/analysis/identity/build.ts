import { verifyIdentities } from '../../../../lib/analysis/identity/verify-identities';
import { manifestsOf } from '../../../../lib/analysis/load/load';
import type { Finding } from '../../../../lib/finding';

/** A workload `namespace/name` with the label `app: <name>` and the account `<name>`, unless told otherwise. */
export function deployment(place: string, labels?: Record<string, string>, account?: string) {
  const [namespace = '', name = ''] = place.split('/');
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name },
    spec: {
      template: { metadata: { labels: labels ?? { app: name } }, spec: { serviceAccountName: account ?? name } },
    },
  };
}

export const NODES = 'spiffe://td.test/spire-agent';

/** The alias of nodes under which the entries of these tests stand. */
export const ALIAS = staticEntry('nodes', {
  spiffeID: NODES,
  parentID: 'spiffe://td.test/spire/server',
  selectors: ['k8s_psat:cluster:test'],
});

export function staticEntry(name: string, spec: Readonly<Record<string, unknown>>) {
  return { apiVersion: 'spire.spiffe.io/v1alpha1', kind: 'ClusterStaticEntry', metadata: { name }, spec };
}

/** An entry under the alias of nodes. */
export function entry(spiffeID: string, selectors: readonly string[], more: Readonly<Record<string, unknown>> = {}) {
  return staticEntry(`entry-${spiffeID.length}-${selectors.join('-')}`, {
    spiffeID,
    parentID: NODES,
    selectors,
    ...more,
  });
}

/** Selectors of a workload `namespace/name` as deployment() makes it. */
export function selectorsOf(place: string): readonly string[] {
  const [namespace = '', name = ''] = place.split('/');
  return [`k8s:ns:${namespace}`, `k8s:sa:${name}`, `k8s:pod-label:app:${name}`];
}

export function clusterSpiffeId(name: string, spec: Readonly<Record<string, unknown>>) {
  return { apiVersion: 'spire.spiffe.io/v1alpha1', kind: 'ClusterSPIFFEID', metadata: { name }, spec };
}

/** A ClusterSPIFFEID for a workload `namespace/name` as deployment() makes it. */
export function clusterSpiffeIdOf(place: string, more: Readonly<Record<string, unknown>> = {}) {
  const [namespace = '', name = ''] = place.split('/');
  return clusterSpiffeId(name, {
    spiffeIDTemplate: `spiffe://td.test/${place}`,
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: { matchLabels: { app: name } },
    workloadSelectorTemplates: [`k8s:ns:${namespace}`, `k8s:sa:${name}`],
    ...more,
  });
}

/** A Job and the ConfigMap that it mounts. */
export function registration(entries: unknown) {
  const text = typeof entries === 'string' ? entries : JSON.stringify({ entries });
  const metadata = { name: 'register', namespace: 'spire' };
  const volumes = [{ name: 'entries', configMap: { name: 'register' } }];
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'entries.json': text } },
    { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { template: { spec: { volumes } } } },
  ];
}

export function verify(...objects: readonly unknown[]) {
  return verifyIdentities(manifestsOf(objects));
}

/** What is found, as `severity rule`. */
export function found(...objects: readonly unknown[]): readonly string[] {
  return verify(...objects).findings.map(({ severity, rule }) => `${severity} ${rule}`);
}

/** The messages of one rule. */
export function messages(rule: string, ...objects: readonly unknown[]): readonly string[] {
  return verify(...objects)
    .findings.filter((finding: Finding) => finding.rule === rule)
    .map(({ message }) => message);
}
