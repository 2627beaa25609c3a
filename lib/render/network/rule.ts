import type { Direction } from '../../model/component';
import type { DnsName, Edge, EdgeEnd, L7 } from '../../model/edge';
import { formatPeer, type Peer } from '../../model/peer';
import { formatPorts, type Port } from '../../model/port';

/** Edges that become one rule of a policy: alike in everything but the peer. */
export interface PolicyRule {
  readonly kind: Peer['kind'];
  /** The far ends; never empty, each peer once. */
  readonly ends: readonly EdgeEnd[];
  readonly ports: readonly Port[];
  readonly l7?: L7 | undefined;
  readonly authentication?: 'required' | undefined;
  readonly purpose: string;
}

/**
 * Joins edges into rules, one rule per purpose, so that a reader finds a reason for each. The result does not depend
 * on the order in which edges were declared.
 */
export function joinEdges(edges: readonly Edge[], direction: Direction): readonly PolicyRule[] {
  const groups = new Map<string, Group>();
  for (const edge of edges) {
    const end = direction === 'Egress' ? edge.to : edge.from;
    const l7 = l7Direction(edge) === direction ? edge.l7 : undefined;
    const key = ruleKey(edge, end, l7);
    let group = groups.get(key);
    if (group === undefined) {
      group = { key, edge, l7, ends: new Map() };
      groups.set(key, group);
    }
    const peer = formatPeer(end.peer);
    const known = group.ends.get(peer);
    // Two names for one peer: the same one is kept however they were declared.
    if (known === undefined || end.title < known.title) group.ends.set(peer, end);
  }
  const sorted = [...groups.values()];
  if (sorted.length > 1) {
    for (const group of sorted) group.key = `${firstOf(group.ends)} ${group.key}`;
    sorted.sort((a, b) => (a.key < b.key ? -1 : 1));
  }
  return sorted.map(toRule);
}

/** Edges that become one rule. */
interface Group {
  key: string;
  /** One of the edges; the others are alike in everything but the end. */
  readonly edge: Edge;
  readonly l7: L7 | undefined;
  readonly ends: Map<string, EdgeEnd>;
}

function toRule({ edge, l7, ends }: Group): PolicyRule {
  const list = ends.size === 1 ? [...ends.values()] : sortedEnds(ends);
  const { kind } = (list[0] as EdgeEnd).peer;
  // Every field is named: a spread would make V8 put a hundred thousand short-lived rules among its old objects.
  return { kind, ends: list, ports: edge.ports, l7, authentication: edge.authentication, purpose: edge.purpose };
}

/** A text that two edges share exactly when their rules differ in nothing but the end. */
function ruleKey({ ports, authentication, purpose }: Edge, { peer }: EdgeEnd, l7: L7 | undefined): string {
  const requests = l7 === undefined ? '' : JSON.stringify(l7);
  return `${peer.kind} ${formatPorts(ports)} ${authentication ?? ''} ${JSON.stringify(purpose)} ${requests}`;
}

/**
 * The direction of the rule that carries an edge's L7 rules.
 *
 * Requests are looked at once, by the end that knows them best: the server's ingress where this program renders it,
 * otherwise the client's egress. DNS rules exist for egress only.
 * @see https://docs.cilium.io/en/stable/security/policy/language/#dns-policy-and-ip-discovery
 */
export function l7Direction(edge: Edge): Direction | undefined {
  if (edge.l7 === undefined) return undefined;
  return 'http' in edge.l7 && edge.to.managed ? 'Ingress' : 'Egress';
}

function firstOf(ends: ReadonlyMap<string, EdgeEnd>): string {
  let first: string | undefined;
  for (const key of ends.keys()) if (first === undefined || key < first) first = key;
  return first ?? '';
}

function sortedEnds(ends: ReadonlyMap<string, EdgeEnd>): readonly EdgeEnd[] {
  return [...ends].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, end]) => end);
}

/** The names that have to be resolved for egress edges, each once. */
export function namesOf(edges: readonly Edge[]): readonly DnsName[] {
  const names = new Map<string, DnsName>();
  for (const { to } of edges) {
    if (to.name !== undefined) names.set(nameKey(to.name), to.name);
  }
  return [...names].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, name]) => name);
}

function nameKey(name: DnsName): string {
  return name.kind === 'host' ? `host ${name.host}` : `${name.kind} ${name.service}.${name.namespace}`;
}

const LISTED = 3;

/** A rule for people: `control-plane: TCP 8080 (Heartbeat, work-item API)`. */
export function describeRule(rule: PolicyRule): string {
  const titles = [...new Set(rule.ends.map((end) => end.title))].sort();
  const ends = titles.length > LISTED ? `${titles.length} peers` : titles.join(', ');
  const authenticated = rule.authentication === undefined ? '' : ', authenticated';
  return `${ends}: ${formatPorts(rule.ports)}${authenticated} (${rule.purpose})`;
}
