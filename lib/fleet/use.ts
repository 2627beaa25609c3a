import type { App } from 'cdk8s';
import { matchesSelector } from '../kube/selector';
import type { Edge } from '../model/edge';
import type { Labels } from '../model/label';
import type { Peer } from '../model/peer';
import type { Component } from '../platform/component';
import { Platform } from '../platform/platform';
import { visit } from '../synth/visit';
import type { Demand } from './demand';

/**
 * What an app asks of its cluster, counted from what was declared, before anything is rendered.
 *
 * An identity for each component, since its pods share namespace, service account and labels; pods that differ in
 * further labels need more, which the headroom is for. Policy maps are counted for the endpoint whose map is fullest: an
 * entry for each identity and port that an edge of its component names, a host name as one address, a range of ports as
 * one entry. Plain NetworkPolicies are not counted: which plugin enforces them is not known.
 */
export interface Use extends Demand {
  /** Entries of the policy map of each component's endpoints, by construct path. */
  readonly policyMaps: ReadonlyMap<string, number>;
}

/** @param objects number of Kubernetes objects of the app */
export function useOf(app: App, objects: number): Use {
  const platforms = platformsOf(app).filter(({ dialect }) => dialect.policy.apiVersion.startsWith('cilium.io/'));
  const pods = new Pods(platforms.flatMap(({ components }) => [...components]));
  const policyMaps = new Map<string, number>();
  let fullest = 0;
  for (const platform of platforms) {
    const dnsPorts = platform.cluster.dns.ports.length;
    for (const component of platform.components) {
      if (!component.managed) continue;
      const { ingress, egress } = component.connections;
      const looksUp = egress.some(({ to }) => to.name !== undefined || to.peer.kind === 'fqdn');
      const entries =
        entriesOf(ingress, ({ from }) => from.peer, pods) +
        entriesOf(egress, ({ to }) => to.peer, pods) +
        (looksUp ? dnsPorts : 0);
      policyMaps.set(component.node.path, entries);
      if (entries > fullest) fullest = entries;
    }
  }
  return { identities: pods.identities, policyMapEntries: fullest, objects, policyMaps };
}

function platformsOf(app: App): readonly Platform[] {
  const found: Platform[] = [];
  visit(app, (construct) => {
    if (Platform.isPlatform(construct)) found.push(construct);
  });
  return found;
}

function entriesOf(edges: readonly Edge[], peerOf: (edge: Edge) => Peer, pods: Pods): number {
  let entries = 0;
  for (const edge of edges) entries += pods.identitiesOf(peerOf(edge)) * edge.ports.length;
  return entries;
}

/** The identities of a cluster, found by namespace and label. */
class Pods {
  readonly identities: number;
  private readonly byNamespace = new Map<string, Set<string>>();
  /** Components by namespace and one of their labels: selectors are looked up by the label that fewest have. */
  private readonly byLabel = new Map<string, Component[]>();

  constructor(components: readonly Component[]) {
    for (const component of components) {
      const { namespace, podLabels } = component;
      const known = this.byNamespace.get(namespace);
      if (known === undefined) this.byNamespace.set(namespace, new Set([identityOf(component)]));
      else known.add(identityOf(component));
      for (const key in podLabels) append(this.byLabel, labelKey(namespace, key, podLabels[key] ?? ''), component);
    }
    this.identities = [...this.byNamespace.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** At least one: pods that the program does not know exist as well. */
  identitiesOf(peer: Peer): number {
    switch (peer.kind) {
      case 'pods':
        return Math.max(1, this.matching(peer.namespace, peer.labels));
      case 'namespace':
        return Math.max(1, this.byNamespace.get(peer.namespace)?.size ?? 0);
      case 'entity':
        return peer.entity === 'cluster' ? Math.max(1, this.identities) : 1;
      case 'fqdn':
        return 1;
      case 'cidr':
        return 1 + peer.except.length;
      case 'internet':
        return peer.ranges.reduce((sum, { except }) => sum + 1 + except.length, 0);
    }
  }

  private matching(namespace: string, labels: Labels): number {
    let fewest: readonly Component[] | undefined;
    for (const key in labels) {
      const found = this.byLabel.get(labelKey(namespace, key, labels[key] ?? '')) ?? NONE;
      if (fewest === undefined || found.length < fewest.length) fewest = found;
    }
    const matching = (fewest ?? NONE).filter(({ podLabels }) => matchesSelector({ matchLabels: labels }, podLabels));
    return matching.length < 2 ? matching.length : new Set(matching.map(identityOf)).size;
  }
}

const NONE: readonly Component[] = Object.freeze([]);

function labelKey(namespace: string, key: string, value: string): string {
  return `${namespace}/${key}=${value}`;
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** What tells the identities of one namespace apart: service account and labels. */
function identityOf({ podLabels, trustedServiceAccount }: Component): string {
  const labels = Object.keys(podLabels)
    .sort()
    .map((key) => `${key}=${podLabels[key]}`);
  return [trustedServiceAccount ?? '', ...labels].join('\n');
}
