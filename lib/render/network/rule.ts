import type { Direction } from '../../model/component';
import type { DnsName, Edge, EdgeEnd, L7 } from '../../model/edge';
import { type Peer, peerText } from '../../model/peer';
import { type Port, portsText } from '../../model/port';
import type { SharedList } from '../../model/shared';
import { byText, sortShort } from '../../model/short-list';
import { oneLine } from './one-line';

/** Edges that become one rule of a policy: alike in everything but the peer. */
export interface PolicyRule {
  readonly kind: Peer['kind'];
  /** The far ends; never empty, each peer once. */
  readonly ends: readonly EdgeEnd[];
  readonly ports: readonly Port[];
  readonly l7?: L7 | undefined;
  /** Names that may be asked of the DNS pods, as dnsQueries() gives them; there is no `l7` then. */
  readonly queries?: readonly SharedList<string>[];
  readonly authentication?: 'required' | undefined;
  readonly purpose: string;
}

/**
 * Joins edges into rules, one rule per purpose, so that a reader finds a reason for each. The result does not depend
 * on the order in which edges were declared.
 */
export function joinEdges(edges: readonly Edge[], direction: Direction): readonly PolicyRule[] {
  if (edges.length === 0) return NO_RULES;
  const groups: Group[] = [];
  // Edges for one purpose are few, or nearly all alike.
  const byPurpose = edges.length > FEW ? new Map<string, Group[]>() : undefined;
  for (const edge of edges) {
    const end = direction === 'Egress' ? edge.to : edge.from;
    const { kind } = end.peer;
    const l7 = l7Direction(edge) === direction ? edge.l7 : undefined;
    const { ports, authentication, purpose } = edge;
    const candidates = byPurpose === undefined ? groups : byPurpose.get(purpose);
    const group = candidates && alike(candidates, edge, kind, l7);
    if (group !== undefined) {
      group.ends.push(end);
      continue;
    }
    const made: Group = { kind, ports, l7, authentication, purpose, ends: [end] };
    groups.push(made);
    if (byPurpose === undefined) continue;
    if (candidates === undefined) byPurpose.set(purpose, [made]);
    else candidates.push(made);
  }
  const [only] = groups;
  if (only !== undefined && groups.length === 1) return [toRule(only).rule];
  return sortShort(groups.map(toRule), byEnds).map(({ rule }) => rule);
}

const NO_RULES: readonly PolicyRule[] = Object.freeze([]);
/** Up to so many edges, looking at each rule takes less time than a map of them. */
const FEW = 16;

interface Group extends Omit<PolicyRule, 'ends'> {
  readonly ends: EdgeEnd[];
}

/** The rule among some that an edge to another peer of its kind belongs to. */
function alike(groups: readonly Group[], edge: Edge, kind: Peer['kind'], l7: L7 | undefined): Group | undefined {
  const { ports, authentication, purpose } = edge;
  for (const group of groups) {
    if (group.purpose !== purpose || group.kind !== kind || group.authentication !== authentication) continue;
    if (group.ports !== ports && portsText(group.ports) !== portsText(ports)) continue;
    if (group.l7 === l7 || JSON.stringify(group.l7) === JSON.stringify(l7)) return group;
  }
  return undefined;
}

interface RuleInOrder {
  /** Text of the first peer. */
  readonly first: string;
  readonly rule: PolicyRule;
}

function toRule(group: Group): RuleInOrder {
  const { ends } = group;
  if (ends.length === 1) return { first: peerText((ends[0] as EdgeEnd).peer), rule: group };
  const named = ends.map((end) => ({ text: peerText(end.peer), end })).sort(byPeer);
  // Two names for one peer: the same one is kept however they were declared.
  const distinct = named.filter(({ text }, index) => text !== named[index - 1]?.text);
  return { first: distinct[0]?.text ?? '', rule: { ...group, ends: distinct.map(({ end }) => end) } };
}

interface NamedEnd {
  /** Text of the peer. */
  readonly text: string;
  readonly end: EdgeEnd;
}

function byPeer(a: NamedEnd, b: NamedEnd): number {
  return byText(a.text, b.text) || byText(a.end.title, b.end.title);
}

/** By the first peer; rules for the same one by everything else about them. */
function byEnds(a: RuleInOrder, b: RuleInOrder): number {
  if (a.first < b.first && !b.first.startsWith(a.first)) return -1;
  if (a.first > b.first && !a.first.startsWith(b.first)) return 1;
  return orderKey(a) < orderKey(b) ? -1 : 1;
}

function orderKey({ first, rule: { ends: _, ...rule } }: RuleInOrder): string {
  return `${first} ${JSON.stringify(rule)}`;
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

/** The names that have to be resolved for egress edges, each once. */
export function namesOf(edges: readonly Edge[]): readonly DnsName[] {
  const names: DnsName[] = [];
  for (const { to } of edges) if (to.name !== undefined) names.push(to.name);
  sortShort(names, byName);
  return names.filter((name, index) => index === 0 || byName(name, names[index - 1] as DnsName) !== 0);
}

function byName(a: DnsName, b: DnsName): number {
  if (a === b) return 0;
  if (a.kind === 'host' || b.kind === 'host') return byText(a.kind, b.kind) || byText(hostOf(a), hostOf(b));
  return byText(a.kind, b.kind) || byText(a.service, b.service) || byText(a.namespace, b.namespace);
}

function hostOf(name: DnsName): string {
  return name.kind === 'host' ? name.host : '';
}

const LISTED = 3;

/** A rule for people, on one line: `control-plane: TCP 8080 (Heartbeat, work-item API)`. */
export function describeRule(rule: PolicyRule): string {
  const authenticated = rule.authentication === undefined ? '' : ', authenticated';
  return oneLine(`${titlesOf(rule.ends)}: ${portsText(rule.ports)}${authenticated} (${rule.purpose})`);
}

function titlesOf(ends: readonly EdgeEnd[]): string {
  if (ends.length === 1) return (ends[0] as EdgeEnd).title;
  const titles = [...new Set(ends.map((end) => end.title))].sort();
  return titles.length > LISTED ? `${titles.length} peers` : titles.join(', ');
}
