import type { Analysis } from '../analysis';
import type { Connection } from '../connection/connection';
import { Bits } from '../graph/bits';
import { type PortRange, resolvePorts } from '../graph/port-ranges';
import type { RuleSets } from '../graph/rule-sets';
import type { Direction, PolicyModel, RuleModel } from '../policy/policy-model';

/** A rule, and the policy that it stands in. */
export interface PlacedRule {
  readonly policy: PolicyModel;
  readonly rule: RuleModel;
}

/** Tells which rules speak about which ends. */
export class RuleIndex {
  private readonly peers = new Map<RuleModel, Bits | ReadonlySet<number>>();

  constructor(private readonly analysis: Analysis) {}

  /** The rules for `subject` in a direction that name `peer`. */
  rulesFor(direction: Direction, subject: number, peer: number): readonly PlacedRule[] {
    return this.setsOf(direction)
      .partsFor(subject)
      .flatMap(({ policy, part }) => {
        return part.rules.filter((rule) => this.names(direction, rule, peer)).map((rule) => ({ policy, rule }));
      });
  }

  /** Whether a rule names an end as its peer. */
  names(direction: Direction, rule: RuleModel, peer: number): boolean {
    let peers = this.peers.get(rule);
    if (peers === undefined) {
      const found = this.setsOf(direction).peersOf(rule);
      peers = found instanceof Bits ? found : new Set(found);
      this.peers.set(rule, peers);
    }
    return peers.has(peer);
  }

  /** Policies that govern an end in a direction and deny what no rule allows. */
  isolating(direction: Direction, subject: number): readonly PolicyModel[] {
    const parts = this.setsOf(direction).partsFor(subject);
    return parts.filter(({ part }) => part.isolates).map(({ policy }) => policy);
  }

  /** What the rules for `subject` alone allow with `peer`. */
  granted(direction: Direction, subject: number, peer: number): Connection {
    const { connections } = this.analysis.graph;
    const contents = this.rulesFor(direction, subject, peer).map(({ rule }) =>
      connections.content({
        ...rule,
        ranges: this.rangesOf(direction, rule, subject, peer),
        forEveryone: rule.peers.some(({ kind }) => kind === 'everyone'),
      }),
    );
    const isolated = this.setsOf(direction)
      .partsFor(subject)
      .some(({ part }) => part.isolates);
    return connections.join(contents, isolated);
  }

  /** The ports of a rule as numbers; undefined for all. */
  rangesOf(direction: Direction, rule: RuleModel, subject: number, peer: number): readonly PortRange[] | undefined {
    if (rule.ports === undefined) return undefined;
    const { universe, dialect } = this.analysis;
    if (direction === 'egress' && dialect.kind === 'cilium') return resolvePorts(rule.ports, universe.clusterPorts);
    const server = universe.ends[direction === 'ingress' ? subject : peer];
    return resolvePorts(rule.ports, server?.kind === 'pods' ? server.ports : []);
  }

  private setsOf(direction: Direction): RuleSets {
    return this.analysis.graph[direction];
  }
}
