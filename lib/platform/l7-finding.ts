import type { Finding } from '../finding';
import type { Direction } from '../model/component';
import type { Edge, EdgeEnd } from '../model/edge';
import { peersOverlap, portsOverlap } from '../model/overlap';
import { formatPorts } from '../model/port';
import { joinEdges, l7Direction, type PolicyRule } from '../render/network/rule';
import type { Component } from './component';
import { EndIndex } from './end-index';
import type { Platform } from './platform';

/**
 * L7 rules that a broader rule makes void. Rules are a union: where one lets the same peer reach the same port with
 * any request, the list of requests beside it has no effect.
 * @see https://docs.cilium.io/en/stable/security/policy/layer7/
 */
export function l7Findings(platform: Platform): readonly Finding[] {
  const found: Finding[] = [];
  for (const component of platform.components) {
    const { managed, connections } = component;
    if (!managed) continue;
    // Nearly no component lists requests.
    if (hasRequests('Ingress', connections.ingress)) {
      found.push(...bypasses(component, 'Ingress', connections.ingress));
    }
    if (hasRequests('Egress', connections.egress)) found.push(...bypasses(component, 'Egress', connections.egress));
  }
  return found;
}

function hasRequests(direction: Direction, edges: readonly Edge[]): boolean {
  for (const edge of edges) if (l7Direction(edge) === direction) return true;
  return false;
}

function bypasses(component: Component, direction: Direction, edges: readonly Edge[]): readonly Finding[] {
  // Few of them let others through on the same port, and joining edges into rules is most of the work.
  const [listed, unlisted] = [new Set<Edge['ports']>(), new Set<Edge['ports']>()];
  for (const edge of edges) (l7Direction(edge) === direction ? listed : unlisted).add(edge.ports);
  if (!overlapping(listed, unlisted)) return [];
  const rules = joinEdges(edges, direction);
  const restricted = rules.filter((rule) => rule.l7 !== undefined);
  if (restricted.length === 0) return [];
  const open = new EndIndex(rules.filter((rule) => rule.l7 === undefined));
  return restricted.flatMap((rule) =>
    [...broader(rule, open)].map(([other, pair]) => bypass(component, direction, rule, other, pair)),
  );
}

/** Few lists of ports serve all edges. */
function overlapping(some: ReadonlySet<Edge['ports']>, others: ReadonlySet<Edge['ports']>): boolean {
  for (const ports of some) for (const other of others) if (portsOverlap(ports, other)) return true;
  return false;
}

/** The rules that let somebody past a rule's requests, each with a pair of ends that overlap. */
function broader(rule: PolicyRule, open: EndIndex): ReadonlyMap<PolicyRule, readonly [EdgeEnd, EdgeEnd]> {
  const found = new Map<PolicyRule, readonly [EdgeEnd, EdgeEnd]>();
  for (const end of rule.ends) {
    for (const other of open.near(end.peer)) {
      if (found.has(other.rule) || !peersOverlap(end.peer, other.end.peer)) continue;
      if (portsOverlap(rule.ports, other.rule.ports)) found.set(other.rule, [end, other.end]);
    }
  }
  return found;
}

function bypass(
  component: Component,
  direction: Direction,
  rule: PolicyRule,
  other: PolicyRule,
  [end, open]: readonly [EdgeEnd, EdgeEnd],
): Finding {
  const arrow = (far: EdgeEnd) =>
    direction === 'Ingress' ? `${far.title} → ${component.title}` : `${component.title} → ${far.title}`;
  const message = `the requests listed for ${arrow(end)} (${rule.purpose}) have no effect, because ${arrow(open)} (${other.purpose}) allows any traffic on ${formatPorts(other.ports)}`;
  const fix = 'list requests on both edges, narrow the broader one, or give up the list';
  return { rule: 'l7-bypassed', severity: 'error', where: { construct: component.node.path }, message, fix };
}
