import type { Analysis } from '../analysis';
import { type Access, accessTo } from '../graph/access';
import { ReachGraph } from '../graph/graph';
import type { PortRange } from '../graph/port-ranges';
import type { Direction } from '../policy/policy-model';
import { Governance, type GoverningRule, membersOf, placeOf } from './governed-pods';
import { endText } from './pods-text';
import { redundantRules } from './redundancy';
import { type Rule, type RuleFinding, someOf } from './rule';
import { rangesMeet, rangesOf } from './rule-content';
import { portsOf, serverPorts } from './rule-servers';
import { peersText, portsText } from './rule-text';

/**
 * Finds rules for connections that the other end does not allow: nothing comes of them until it does. A connection needs
 * the egress of its source and the ingress of its destination.
 *
 * A rule of which some pairs are connected is noted, unless it names whole namespaces, where that is to be expected.
 * Rules that are connected only through another one which allows every port are found too: they hold until that is
 * narrowed.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation
 */
export const oneSidedEdge: Rule = {
  id: 'one-sided-edge',
  severity: 'warning',
  title: 'A connection that only one end allows',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    const governance = Governance.of(analysis);
    const edges = new Edges(analysis, governance, analysis.graph);
    const { broad, graph } = withoutBroadRules(analysis);
    const narrow = graph === undefined ? undefined : new Edges(analysis, governance, graph);
    const redundant = new Set(redundantRules(analysis).map(({ rule }) => rule));
    for (const rule of governance.rules) {
      if (rule.rule.effect === 'deny' || rule.rule.peers.some(({ kind }) => kind !== 'pods')) continue;
      const { connected, refused } = edges.of(rule);
      if (connected === 0 && refused.length > 0) yield unconnected(analysis, rule, refused);
      else if (refused.length > 0 && isSpecific(rule)) yield partly(analysis, rule, refused);
      else if (connected > 0 && narrow !== undefined && !broad.has(rule) && narrow.of(rule).connected === 0) {
        yield resting(rule, redundant.has(rule));
      }
    }
  },
};

/** The other ends of a rule, by whether they take part. */
interface OtherEnds {
  /** Number of other ends that connect with any of the pods that the rule is for. */
  readonly connected: number;
  /** Indices of those that connect with none. */
  readonly refused: readonly number[];
}

const EGRESS = { direction: 'egress', ports: [] } as const;

class Edges {
  constructor(
    private readonly analysis: Analysis,
    private readonly governance: Governance,
    private readonly graph: ReachGraph,
  ) {}

  of(rule: GoverningRule): OtherEnds {
    const { direction } = rule.part;
    const subjects = this.governance.groupsOf(rule.part).flatMap(({ ends }) => ends);
    const own = new Set(subjects);
    const far = direction === 'egress' ? this.graph.ingress : this.graph.egress;
    // Pods with the same policies answer alike, however many they are.
    const answers = new Map<Access, Map<string, boolean>>();
    const refused: number[] = [];
    let connected = 0;
    for (const end of membersOf(this.governance.peersOf(rule.rule))) {
      const access = far.access(end);
      const ranges =
        direction === 'egress'
          ? rangesOf(rule.rule, serverPorts(this.analysis, EGRESS, end), this.analysis)
          : undefined;
      const byPorts = answers.get(access) ?? new Map<string, boolean>();
      answers.set(access, byPorts);
      const key = ranges === undefined ? '' : JSON.stringify(ranges);
      let takesPart = byPorts.get(key);
      if (takesPart === undefined) {
        takesPart = this.takesPart(access, own, rule, direction, ranges);
        byPorts.set(key, takesPart);
      }
      if (takesPart) connected++;
      else refused.push(end);
    }
    return { connected, refused };
  }

  /** Whether the far side allows any of the pods that a rule is for, on any of its ports. */
  private takesPart(
    access: Access,
    own: ReadonlySet<number>,
    rule: GoverningRule,
    direction: Direction,
    ranges: readonly PortRange[] | undefined,
  ): boolean {
    const candidates = own.size <= access.few.size + 1 ? own : [...access.few.keys()].filter((end) => own.has(end));
    for (const end of candidates) if (this.allows(access, end, rule, direction, ranges)) return true;
    if (candidates === own) return false;
    return access.many.some((block) => {
      const inBlock = [...own].find((end) => block.ends.has(end));
      return inBlock !== undefined && this.allows(access, inBlock, rule, direction, ranges);
    });
  }

  private allows(
    access: Access,
    end: number,
    { rule }: GoverningRule,
    direction: Direction,
    ranges: readonly PortRange[] | undefined,
  ): boolean {
    const { segments } = accessTo(access, end) ?? this.graph.connections.nothing;
    return rangesMeet(
      segments,
      ranges ?? rangesOf(rule, direction === 'ingress' ? portsOf(this.analysis, end) : [], this.analysis),
    );
  }
}

/** The same policies less the rules for every port that make narrower ones void. */
function withoutBroadRules(analysis: Analysis): { broad: ReadonlySet<GoverningRule>; graph: ReachGraph | undefined } {
  const broad = new Set(
    redundantRules(analysis).flatMap(({ rule, by }) => {
      return by.filter(
        (one) => one.rule.ports === undefined && rule.rule.ports !== undefined && one.rule.effect === 'allow',
      );
    }),
  );
  if (broad.size === 0) return { broad, graph: undefined };
  const removed = new Set([...broad].map(({ rule }) => rule));
  const policies = analysis.policies.map((policy) => ({
    ...policy,
    parts: policy.parts.map((part) => ({ ...part, rules: part.rules.filter((rule) => !removed.has(rule)) })),
  }));
  return { broad, graph: new ReachGraph(analysis.universe, policies, analysis.dialect) };
}

/** True if every peer names pods by more than their namespace. */
function isSpecific({ rule }: GoverningRule): boolean {
  return rule.peers.every((peer) => {
    if (peer.kind !== 'pods') return false;
    return peer.selector.some(({ attribute, operator }) => {
      return (attribute === 'label' || attribute === 'serviceAccount') && (operator === 'In' || operator === 'Exists');
    });
  });
}

function unconnected(analysis: Analysis, rule: GoverningRule, refused: readonly number[]): RuleFinding {
  const ends = someOf(refused, (end) => endText(analysis, end));
  const isEgress = rule.part.direction === 'egress';
  return {
    at: placeOf(rule),
    message: isEgress
      ? `nothing comes of egress to ${peersText(rule.rule)} on ${portsText(rule.rule)}: no ingress rule of ${ends} lets these pods in`
      : `nothing comes of ingress from ${peersText(rule.rule)} on ${portsText(rule.rule)}: no egress rule of ${ends} lets them out to these pods`,
    fix: isEgress
      ? 'allow the same ports in a policy for the destination, or remove the rule'
      : 'allow the same ports in a policy for the source, or remove the rule',
  };
}

function partly(analysis: Analysis, rule: GoverningRule, refused: readonly number[]): RuleFinding {
  const ends = someOf(refused, (end) => endText(analysis, end));
  const isEgress = rule.part.direction === 'egress';
  return {
    at: placeOf(rule),
    severity: 'info',
    message: isEgress
      ? `egress on ${portsText(rule.rule)} ends at ${ends}: their ingress does not let these pods in`
      : `ingress on ${portsText(rule.rule)} is not used by ${ends}: their egress does not let them out to these pods`,
    fix: 'allow the same ports at the other end, or take these pods out of the selector',
  };
}

function resting(rule: GoverningRule, isRedundant: boolean): RuleFinding {
  const [far, other] = rule.part.direction === 'egress' ? ['egress to', 'ingress'] : ['ingress from', 'egress'];
  return {
    at: placeOf(rule),
    severity: isRedundant ? 'warning' : 'info',
    message: `${far} ${peersText(rule.rule)} on ${portsText(rule.rule)} is declared at this end only: the other end allows it merely by a rule for every port`,
    fix: `declare the ${other} at the other end too, before the broad rule is narrowed`,
  };
}
