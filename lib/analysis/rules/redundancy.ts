import type { Analysis } from '../analysis';
import { Bits } from '../graph/bits';
import type { PeerModel, RuleModel } from '../policy/policy-model';
import { Governance, type GovernedPods, type GoverningRule, isMember, membersOf, setsMeet } from './governed-pods';
import { RuleContents, rangesMeet, rangesOf } from './rule-content';
import { portsOf, serverPorts } from './rule-servers';
import { peerHolds } from './subsume';

/** A rule without which everything is as it is. */
export interface RedundantRule {
  readonly rule: GoverningRule;
  /** The rules that make it so; empty for a deny that has nothing to deny. */
  readonly by: readonly GoverningRule[];
  /** True if it would be as wide as the rule that makes it redundant. */
  readonly isSame: boolean;
}

/**
 * Finds rules whose removal changes nothing, since other rules for the same pods allow, or deny, all of it. All of them
 * can be removed together: of two rules that say the same, the later one is found.
 *
 * A rule is judged peer by peer and for each group of pods that the same policies govern, and is settled by the first
 * group for which it counts, so that cost follows the rules and not the pairs of pods.
 */
export function redundantRules(analysis: Analysis): readonly RedundantRule[] {
  let found = known.get(analysis);
  if (found === undefined) {
    found = new Redundancy(analysis).find();
    known.set(analysis, found);
  }
  return found;
}

const known = new WeakMap<Analysis, readonly RedundantRule[]>();

/** The rules of a group, by the ends that they name. */
interface Indexed {
  readonly few: ReadonlyMap<number, readonly GoverningRule[]>;
  readonly many: readonly GoverningRule[];
}

class Redundancy {
  private readonly governance: Governance;
  private readonly contents: RuleContents;
  private readonly removed = new Set<GoverningRule>();
  private readonly examples = {
    ingress: new Map<PeerModel, readonly number[]>(),
    egress: new Map<PeerModel, readonly number[]>(),
  };
  private readonly indices = new Map<GovernedPods, Indexed>();

  constructor(private readonly analysis: Analysis) {
    this.governance = Governance.of(analysis);
    this.contents = new RuleContents(analysis);
  }

  find(): readonly RedundantRule[] {
    const found: RedundantRule[] = [];
    // The narrowest first, and of equal ones the last: what makes a rule redundant is there to stay.
    for (const rule of [...this.governance.rules].sort(byWidth)) {
      const groups = this.governance.groupsOf(rule.part);
      if (groups.length === 0 || rule.rule.peers.length === 0) continue;
      const redundant = this.coveringRules(rule, groups) ?? this.nothingToDeny(rule, groups);
      if (redundant === undefined) continue;
      this.removed.add(rule);
      const by = redundant.slice().sort((a, b) => a.position - b.position);
      const [only, second] = by;
      found.push({ rule, by, isSame: second === undefined && only !== undefined && this.isSame(rule, only) });
    }
    return found.sort((a, b) => a.rule.position - b.rule.position);
  }

  /** The rules that together do all that this one does; undefined if it does more for anybody. */
  private coveringRules(rule: GoverningRule, groups: readonly GovernedPods[]): readonly GoverningRule[] | undefined {
    const by = new Set<GoverningRule>();
    for (const group of groups) {
      let isKnown = false;
      const unknown: PeerModel[] = [];
      for (const peer of rule.rule.peers) {
        const examples = this.examplesOf(peer, rule);
        if (examples.length === 0) unknown.push(peer);
        for (const end of examples) {
          const covering = this.coveringPeer(rule, peer, end, group, by);
          if (covering === undefined) return undefined;
          for (const one of covering) by.add(one);
          isKnown = true;
        }
      }
      // Peers that nobody is yet are covered by what covers the others, or count.
      const covered = unknown.every((peer) => [...by].every((one) => this.holds(one, peer)));
      if (!isKnown || !covered) return undefined;
    }
    return [...by];
  }

  private coveringPeer(
    rule: GoverningRule,
    peer: PeerModel,
    end: number,
    group: GovernedPods,
    by: ReadonlySet<GoverningRule>,
  ): readonly GoverningRule[] | undefined {
    const isDeny = rule.rule.effect === 'deny';
    const server = serverPorts(this.analysis, group, end);
    const candidates = this.rulesFor(group, end).filter((one) => {
      return one !== rule && !this.removed.has(one) && (!isDeny || one.rule.effect === 'deny') && this.holds(one, peer);
    });
    const isCoveredBy = (some: readonly GoverningRule[]) => {
      const rules = some.map((one) => one.rule);
      return (
        this.contents.joined([...rules, rule.rule], server, isDeny) === this.contents.joined(rules, server, isDeny)
      );
    };
    if (candidates.length === 0 || !isCoveredBy(candidates)) return undefined;
    const alone = candidates.filter((one) => isCoveredBy([one])).sort(byWidth);
    // One rule that covers everything reads better than several.
    const widest = alone.find((one) => by.has(one)) ?? alone.at(-1);
    if (widest !== undefined) return [widest];
    return candidates.filter((one) => rangesMeet(this.ranges(one, server), this.ranges(rule, server)));
  }

  /** An empty list if a deny forbids nothing that is allowed. */
  private nothingToDeny(rule: GoverningRule, groups: readonly GovernedPods[]): readonly GoverningRule[] | undefined {
    if (rule.rule.effect === 'allow') return undefined;
    const peers = this.governance.peersOf(rule.rule);
    if (membersOf(peers).length === 0) return undefined;
    // The node gets in without any rule, and a deny keeps it out.
    if (this.analysis.universe.alwaysAllowed(rule.part.direction).some((always) => setsMeet(peers, always)))
      return undefined;
    const isBlock = rule.rule.peers.some(({ kind }) => kind === 'block');
    const denies = groups.some((group) => {
      if (!group.isolated) return true;
      return group.parts
        .flatMap((part) => this.governance.rulesOf(part))
        .some(({ rule: other }) => {
          if (other.effect === 'deny' || other.peers.length === 0) return false;
          // A name may resolve to any address.
          const mayMeet = isBlock && other.peers.some(({ kind }) => kind === 'names');
          return (mayMeet || setsMeet(peers, this.governance.peersOf(other))) && this.portsMeet(rule.rule, other);
        });
    });
    return denies ? undefined : [];
  }

  /** Ports by name may be any. */
  private portsMeet(some: RuleModel, others: RuleModel): boolean {
    const isNamed = [...(some.ports ?? []), ...(others.ports ?? [])].some((port) => 'name' in port);
    return isNamed || rangesMeet(rangesOf(some, [], this.analysis), rangesOf(others, [], this.analysis));
  }

  private ranges(rule: GoverningRule, server: ReturnType<typeof portsOf>) {
    return rangesOf(rule.rule, server, this.analysis);
  }

  private holds(rule: GoverningRule, peer: PeerModel): boolean {
    return rule.rule.peers.some((outer) => peerHolds(outer, peer, this.analysis.dialect));
  }

  /** One end stands for all of a peer, unless they differ in what their ports are called. */
  private examplesOf(peer: PeerModel, { part: { direction } }: GoverningRule): readonly number[] {
    let found = this.examples[direction].get(peer);
    if (found === undefined) {
      const ends = membersOf(this.analysis.universe.peer(peer));
      const key = (end: number) => (direction === 'ingress' ? '' : JSON.stringify(portsOf(this.analysis, end)));
      found = [...new Map(ends.map((end) => [key(end), end])).values()];
      this.examples[direction].set(peer, found);
    }
    return found;
  }

  /** The rules of a group that name an end. */
  private rulesFor(group: GovernedPods, end: number): readonly GoverningRule[] {
    let index = this.indices.get(group);
    if (index === undefined) {
      index = this.indexed(group);
      this.indices.set(group, index);
    }
    const named = index.many.filter(({ rule }) => isMember(this.governance.peersOf(rule), end));
    return [...(index.few.get(end) ?? []), ...named];
  }

  private indexed(group: GovernedPods): Indexed {
    const few = new Map<number, GoverningRule[]>();
    const many: GoverningRule[] = [];
    for (const rule of group.parts.flatMap((part) => this.governance.rulesOf(part))) {
      const peers = this.governance.peersOf(rule.rule);
      if (peers instanceof Bits) {
        many.push(rule);
        continue;
      }
      for (const end of peers) {
        const rules = few.get(end);
        if (rules === undefined) few.set(end, [rule]);
        else rules.push(rule);
      }
    }
    return { few, many };
  }

  private isSame(rule: GoverningRule, other: GoverningRule): boolean {
    const sameContent = this.contents.joined([rule.rule], []) === this.contents.joined([other.rule], []);
    const sameKind = other.rule.effect === rule.rule.effect && other.rule.authentication === rule.rule.authentication;
    return sameContent && sameKind && other.rule.peers.every((peer) => this.holds(rule, peer));
  }
}

/** Few peers before many, requests before none, few ports before many and all; of equals the later one first. */
function byWidth(a: GoverningRule, b: GoverningRule): number {
  const peers = a.rule.peers.length - b.rule.peers.length;
  if (peers !== 0) return peers;
  const requests = Number(a.rule.l7 === undefined) - Number(b.rule.l7 === undefined);
  if (requests !== 0) return requests;
  const ports = (a.rule.ports?.length ?? Number.MAX_SAFE_INTEGER) - (b.rule.ports?.length ?? Number.MAX_SAFE_INTEGER);
  return ports !== 0 ? ports : b.position - a.position;
}
