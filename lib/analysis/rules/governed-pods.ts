import type { Analysis } from '../analysis';
import { Bits } from '../graph/bits';
import type { RuleSets } from '../graph/rule-sets';
import type { NamedPort } from '../load/manifests';
import type { Direction, PolicyModel, PolicyPart, RuleModel } from '../policy/policy-model';
import type { PodsEnd } from '../universe/end';
import { type Place, placeIn } from './rule';

/** A rule with the policy that it stands in. */
export interface GoverningRule {
  readonly policy: PolicyModel;
  readonly part: PolicyPart;
  readonly rule: RuleModel;
  /** In the order of the manifests. */
  readonly position: number;
}

/** Pods that the same parts of policies govern in one direction, so that every question has one answer for them. */
export interface GovernedPods {
  readonly direction: Direction;
  /** Indices of their ends; never empty. */
  readonly ends: readonly number[];
  /** Named ports of the pods, where they are the server. */
  readonly ports: readonly NamedPort[];
  readonly parts: readonly PolicyPart[];
  /** Whether what no rule allows is denied. */
  readonly isolated: boolean;
}

/** All pods by what governs them, and all rules by the pods that they are for. Made once for each analysis. */
export class Governance {
  private static readonly known = new WeakMap<Analysis, Governance>();
  readonly groups: readonly GovernedPods[];
  readonly rules: readonly GoverningRule[];
  private readonly byPart = new Map<PolicyPart, { rules: GoverningRule[]; groups: GovernedPods[] }>();
  private readonly peerSets = new Map<RuleModel, Bits | readonly number[]>();

  static of(analysis: Analysis): Governance {
    let found = Governance.known.get(analysis);
    if (found === undefined) {
      found = new Governance(analysis);
      Governance.known.set(analysis, found);
    }
    return found;
  }

  private constructor(private readonly analysis: Analysis) {
    const rules: GoverningRule[] = [];
    for (const policy of analysis.policies) {
      for (const part of policy.parts) {
        const own = part.rules.map((rule, index) => ({ policy, part, rule, position: rules.length + index }));
        this.byPart.set(part, { rules: own, groups: [] });
        rules.push(...own);
      }
    }
    this.rules = rules;
    const { graph } = analysis;
    this.groups = [...this.grouped('ingress', graph.ingress), ...this.grouped('egress', graph.egress)];
    for (const group of this.groups) for (const part of group.parts) this.byPart.get(part)?.groups.push(group);
  }

  rulesOf(part: PolicyPart): readonly GoverningRule[] {
    return this.byPart.get(part)?.rules ?? [];
  }

  /** The pods that a part of a policy governs, by what else governs them; none if the policy selects nobody. */
  groupsOf(part: PolicyPart): readonly GovernedPods[] {
    return this.byPart.get(part)?.groups ?? [];
  }

  /** The ends that a rule names. */
  peersOf(rule: RuleModel): Bits | readonly number[] {
    let found = this.peerSets.get(rule);
    if (found === undefined) {
      found = this.analysis.graph.egress.peersOf(rule);
      this.peerSets.set(rule, found);
    }
    return found;
  }

  private grouped(direction: Direction, sets: RuleSets): readonly GovernedPods[] {
    const { universe } = this.analysis;
    const numbers = new Map<PolicyPart, number>();
    const groups = new Map<string, { ends: number[]; ports: readonly NamedPort[]; parts: readonly PolicyPart[] }>();
    universe.pods.forEach((end) => {
      const parts = sets.partsFor(end).map(({ part }) => part);
      if (parts.length === 0) return;
      const { ports: named } = universe.ends[end] as PodsEnd;
      const ports = direction === 'ingress' ? named : [];
      for (const part of parts) if (!numbers.has(part)) numbers.set(part, numbers.size);
      const key = `${parts.map((part) => numbers.get(part)).join()} ${JSON.stringify(ports)}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { ends: [end], ports, parts });
      else group.ends.push(end);
    });
    return [...groups.values()].map((group): GovernedPods => {
      return { ...group, direction, isolated: group.parts.some(({ isolates }) => isolates) };
    });
  }
}

export function placeOf({ policy, rule }: GoverningRule): Place {
  return placeIn(policy.manifest, rule.path);
}

/** True if an end is in the set. */
export function isMember(set: Bits | readonly number[], end: number): boolean {
  return set instanceof Bits ? set.has(end) : set.includes(end);
}

export function membersOf(set: Bits | readonly number[]): readonly number[] {
  return set instanceof Bits ? set.members() : set;
}

export function isEmptySet(set: Bits | readonly number[]): boolean {
  return set instanceof Bits ? set.isEmpty : set.length === 0;
}

/** True if the two sets have a member in common. */
export function setsMeet(a: Bits | readonly number[], b: Bits | readonly number[]): boolean {
  if (a instanceof Bits) return b instanceof Bits ? a.meets(b) : b.some((member) => a.has(member));
  if (b instanceof Bits) return a.some((member) => b.has(member));
  const members = new Set(a);
  return b.some((member) => members.has(member));
}
