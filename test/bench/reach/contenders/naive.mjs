// What one writes first: for every pair of pods, ask every policy.

import { readFileSync } from 'node:fs';
import path from 'node:path';

export function evaluate({ folder }) {
  const started = performance.now();
  const { items } = JSON.parse(readFileSync(path.join(folder, 'cluster.json'), 'utf8'));
  const loaded = performance.now();
  const namespaces = new Map(
    items
      .filter(({ kind }) => kind === 'Namespace')
      .map(({ metadata }) => [metadata.name, { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name }]),
  );
  const pods = items.filter(({ kind }) => kind === 'Pod');
  const policies = items.filter(({ kind }) => kind === 'NetworkPolicy');
  let pairs = 0;
  for (const from of pods) {
    for (const to of pods) if (from !== to && isConnected(policies, namespaces, from, to)) pairs++;
  }
  return { pairs, seconds: { load: (loaded - started) / 1000, graph: (performance.now() - loaded) / 1000 } };
}

/** True if there is a port on which both ends agree. */
function isConnected(policies, namespaces, from, to) {
  const out = allowedPorts(policies, namespaces, from, to, to, 'egress');
  if (out.length === 0) return false;
  const into = allowedPorts(policies, namespaces, to, from, to, 'ingress');
  return out.some((a) => into.some((b) => meet(a, b)));
}

/** Ports that the policies of one pod allow with the other one, as `{ protocol, port }`; port 0 is all. */
function allowedPorts(policies, namespaces, pod, other, server, direction) {
  const type = direction === 'egress' ? 'Egress' : 'Ingress';
  const governing = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === pod.metadata.namespace &&
      spec.policyTypes.includes(type) &&
      matches(spec.podSelector, pod.metadata.labels),
  );
  if (governing.length === 0) return [{ protocol: undefined, port: 0 }];
  const field = direction === 'egress' ? 'to' : 'from';
  return governing
    .flatMap((policy) => (policy.spec[direction] ?? []).map((rule) => ({ rule, policy })))
    .filter(({ rule, policy }) => rule[field].some((peer) => isPeer(peer, policy, namespaces, other)))
    .flatMap(({ rule }) => rule.ports.map(({ protocol, port }) => ({ protocol, port: numberOf(port, server) })));
}

function isPeer({ namespaceSelector, podSelector, ipBlock }, policy, namespaces, pod) {
  if (ipBlock !== undefined) return false;
  const { namespace, labels } = pod.metadata;
  if (namespaceSelector === undefined) {
    if (namespace !== policy.metadata.namespace) return false;
  } else if (!matches(namespaceSelector, namespaces.get(namespace))) return false;
  return podSelector === undefined || matches(podSelector, labels);
}

function matches({ matchLabels = {} }, labels) {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}

function numberOf(port, { spec }) {
  if (typeof port === 'number') return port;
  return spec.containers[0].ports.find(({ name }) => name === port)?.containerPort ?? -1;
}

function meet(a, b) {
  if (a.protocol !== undefined && b.protocol !== undefined && a.protocol !== b.protocol) return false;
  return a.port === 0 || b.port === 0 || a.port === b.port;
}
