import type { Direction } from '../../model/component';
import type { DnsName, Edge, EdgeEnd, L7 } from '../../model/edge';
import { memo } from '../../model/memo';
import { formatPeer, type Peer } from '../../model/peer';
import { formatPorts, type Port } from '../../model/port';

/** Few lists of ports serve all edges. */
const portsText = memo(formatPorts);

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
  const groups: Group[] = [];
  const known = new Map<string, Group[]>();
  for (const edge of edges) {
    const end = direction === 'Egress' ? edge.to : edge.from;
    const { kind } = end.peer;
    const l7 = l7Direction(edge) === direction ? edge.l7 : undefined;
    const { ports, authentication, purpose } = edge;
    // Edges for one purpose are few, or nearly all alike.
    const similar = known.get(purpose);
    const group = similar?.find(
      (other) =>
        other.kind === kind &&
        other.authentication === authentication &&
        (other.ports === ports || portsText(other.ports) === portsText(ports)) &&
        (other.l7 === l7 || JSON.stringify(other.l7) === JSON.stringify(l7)),
    );
    if (group !== undefined) {
      group.ends.push(end);
      continue;
    }
    const made = { kind, ports, l7, authentication, purpose, ends: [end] };
    groups.push(made);
    if (similar === undefined) known.set(purpose, [made]);
    else similar.push(made);
  }
  const rules = groups.map(toRule);
  return (rules.length < 2 ? rules : rules.sort(byEnds)).map(({ rule }) => rule);
}

interface Group extends Omit<PolicyRule, 'ends'> {
  readonly ends: EdgeEnd[];
}

interface RuleInOrder {
  /** Text of the first peer. */
  readonly first: string;
  readonly rule: PolicyRule;
}

function toRule(group: Group): RuleInOrder {
  const { ends } = group;
  if (ends.length === 1) return { first: formatPeer((ends[0] as EdgeEnd).peer), rule: group };
  const named = ends.map((end) => ({ text: formatPeer(end.peer), end })).sort(byText);
  // Two names for one peer: the same one is kept however they were declared.
  const distinct = named.filter(({ text }, index) => text !== named[index - 1]?.text);
  return { first: distinct[0]?.text ?? '', rule: { ...group, ends: distinct.map(({ end }) => end) } };
}

interface NamedEnd {
  /** Text of the peer. */
  readonly text: string;
  readonly end: EdgeEnd;
}

function byText(a: NamedEnd, b: NamedEnd): number {
  if (a.text !== b.text) return a.text < b.text ? -1 : 1;
  const [one, other] = [a.end.title, b.end.title];
  return one < other ? -1 : one > other ? 1 : 0;
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
  const names = new Map<string, DnsName>();
  for (const { to } of edges) {
    if (to.name !== undefined) names.set(nameKey(to.name), to.name);
  }
  return [...names.keys()].sort().map((key) => names.get(key) as DnsName);
}

function nameKey(name: DnsName): string {
  return name.kind === 'host' ? `host ${name.host}` : `${name.kind} ${name.service} ${name.namespace}`;
}

const LISTED = 3;

/** A rule for people: `control-plane: TCP 8080 (Heartbeat, work-item API)`. */
export function describeRule(rule: PolicyRule): string {
  const authenticated = rule.authentication === undefined ? '' : ', authenticated';
  return `${titlesOf(rule.ends)}: ${portsText(rule.ports)}${authenticated} (${rule.purpose})`;
}

function titlesOf(ends: readonly EdgeEnd[]): string {
  if (ends.length === 1) return (ends[0] as EdgeEnd).title;
  const titles = [...new Set(ends.map((end) => end.title))].sort();
  return titles.length > LISTED ? `${titles.length} peers` : titles.join(', ');
}
