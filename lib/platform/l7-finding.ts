import type { Finding } from '../finding';
import type { Direction } from '../model/component';
import type { EdgeEnd } from '../model/edge';
import { peersOverlap, portsOverlap } from '../model/overlap';
import type { Peer } from '../model/peer';
import { formatPorts } from '../model/port';
import { joinEdges, type PolicyRule } from '../render/network/rule';
import type { Component } from './component';
import type { Platform } from './platform';

/**
 * L7 rules that a broader rule makes void. Rules are a union: where one lets the same peer reach the same port with
 * any request, the list of requests beside it has no effect.
 * @see https://docs.cilium.io/en/stable/security/policy/layer7/
 */
export function l7Findings(platform: Platform): readonly Finding[] {
  return platform.components
    .filter((component) => component.managed)
    .flatMap((component) => [
      ...bypasses(component, 'Ingress', joinEdges(component.connections.ingress, 'Ingress')),
      ...bypasses(component, 'Egress', joinEdges(component.connections.egress, 'Egress')),
    ]);
}

function bypasses(component: Component, direction: Direction, rules: readonly PolicyRule[]): readonly Finding[] {
  const restricted = rules.filter((rule) => rule.l7 !== undefined);
  if (restricted.length === 0) return [];
  const open = rules.filter((rule) => rule.l7 === undefined).map((rule) => ({ rule, byNamespace: byNamespace(rule) }));
  return restricted.flatMap((rule) =>
    open.flatMap(({ rule: other, byNamespace: ends }) => {
      if (!portsOverlap(rule.ports, other.ports)) return [];
      const pair = firstOverlap(rule, ends);
      return pair === undefined ? [] : [bypass(component, direction, rule, other, pair)];
    }),
  );
}

/** Pods only overlap with pods of their own namespace, which keeps ten thousand of them apart. */
function byNamespace(rule: PolicyRule): ReadonlyMap<string, readonly EdgeEnd[]> {
  const groups = new Map<string, EdgeEnd[]>();
  for (const end of rule.ends) {
    const key = namespaceKey(end.peer);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [end]);
    else group.push(end);
  }
  return groups;
}

function namespaceKey(peer: Peer): string {
  return peer.kind === 'pods' || peer.kind === 'namespace' ? peer.namespace : '';
}

function firstOverlap(
  rule: PolicyRule,
  others: ReadonlyMap<string, readonly EdgeEnd[]>,
): readonly [EdgeEnd, EdgeEnd] | undefined {
  const everything = [...others.values()].flat();
  for (const end of rule.ends) {
    const key = namespaceKey(end.peer);
    // Entities and addresses may overlap with anything; pods with their namespace and with entities.
    const candidates = key === '' ? everything : [...(others.get(key) ?? []), ...(others.get('') ?? [])];
    const other = candidates.find((candidate) => peersOverlap(end.peer, candidate.peer));
    if (other !== undefined) return [end, other];
  }
  return undefined;
}

function bypass(
  component: Component,
  direction: Direction,
  rule: PolicyRule,
  other: PolicyRule,
  [end, broader]: readonly [EdgeEnd, EdgeEnd],
): Finding {
  const arrow = (far: EdgeEnd) =>
    direction === 'Ingress' ? `${far.title} → ${component.title}` : `${component.title} → ${far.title}`;
  const message = `the requests listed for ${arrow(end)} (${rule.purpose}) have no effect, because ${arrow(broader)} (${other.purpose}) allows any traffic on ${formatPorts(other.ports)}`;
  const fix = 'list requests on both edges, narrow the broader one, or give up the list';
  return { rule: 'l7-bypassed', severity: 'error', where: { construct: component.node.path }, message, fix };
}
