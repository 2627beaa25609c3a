import { blockRanges, rangesToCidrs } from '../address/address-range';
import type { Analysis } from '../analysis';
import type { RuleModel } from '../policy/policy-model';
import { Governance, type GovernedPods, type GoverningRule, membersOf, placeOf } from './governed-pods';
import { identitiesOf } from './identities';
import { endText } from './pods-text';
import type { Rule, RuleFinding } from './rule';

/** Entries of an endpoint's policy map, Cilium's default (`bpf-policy-map-max`). */
export const POLICY_MAP_ENTRIES = 16_384;
const WARN_FROM = 0.75;

/**
 * Estimates the entries of each endpoint's policy map: one for each identity, port and direction. Beyond the limit Cilium
 * leaves entries out, and which ones is chance.
 *
 * A range of ports counts as the prefixes that it is made of, an exception as the blocks around it, a host name as one
 * address.
 * @see https://docs.cilium.io/en/stable/network/ebpf/maps/
 */
export const policyMapBudget: Rule = {
  id: 'policy-map-budget',
  severity: 'warning',
  title: 'Policies that nearly fill the policy map of an endpoint',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    if (analysis.dialect.kind !== 'cilium') return;
    const counts = new Entries(analysis);
    const worst = new Map<GoverningRule, { entries: number; end: number }>();
    for (const [end, groups] of groupsByEnd(analysis)) {
      const entries = groups.reduce((sum, group) => sum + counts.ofGroup(group).entries, 0);
      if (entries < POLICY_MAP_ENTRIES * WARN_FROM) continue;
      const [largest] = groups
        .map((group) => counts.ofGroup(group))
        .sort((a, b) => b.entries - a.entries)
        .flatMap((group) => (group.largest === undefined ? [] : [group.largest]));
      if (largest !== undefined && entries > (worst.get(largest)?.entries ?? 0)) worst.set(largest, { entries, end });
    }
    for (const [rule, { entries, end }] of worst) {
      yield {
        at: placeOf(rule),
        severity: entries > POLICY_MAP_ENTRIES ? 'error' : 'warning',
        message: `about ${entries.toLocaleString('en')} entries for ${endText(analysis, end)} of the ${POLICY_MAP_ENTRIES.toLocaleString('en')} that a policy map holds, most of them by this rule`,
        fix: 'name fewer peers or ports, select peers by one label that they share, or raise bpf-policy-map-max',
      };
    }
  },
};

function groupsByEnd(analysis: Analysis): ReadonlyMap<number, readonly GovernedPods[]> {
  const found = new Map<number, GovernedPods[]>();
  for (const group of Governance.of(analysis).groups) {
    for (const end of group.ends) {
      const groups = found.get(end);
      if (groups === undefined) found.set(end, [group]);
      else groups.push(group);
    }
  }
  return found;
}

class Entries {
  private readonly governance: Governance;
  private readonly byRule = new Map<RuleModel, number>();
  private readonly byGroup = new Map<GovernedPods, { entries: number; largest: GoverningRule | undefined }>();

  constructor(private readonly analysis: Analysis) {
    this.governance = Governance.of(analysis);
  }

  ofGroup(group: GovernedPods): { readonly entries: number; readonly largest: GoverningRule | undefined } {
    let found = this.byGroup.get(group);
    if (found === undefined) {
      let entries = 0;
      let largest: GoverningRule | undefined;
      let most = 0;
      const seen = new Set<string>();
      for (const rule of group.parts.flatMap((part) => this.governance.rulesOf(part))) {
        // Rules that say the same share their entries.
        const key = JSON.stringify([rule.rule.peers, rule.rule.ports]);
        if (seen.has(key)) continue;
        seen.add(key);
        const own = this.ofRule(rule.rule);
        entries += own;
        if (own > most) [largest, most] = [rule, own];
      }
      found = { entries, largest };
      this.byGroup.set(group, found);
    }
    return found;
  }

  private ofRule(rule: RuleModel): number {
    let found = this.byRule.get(rule);
    if (found === undefined) {
      found = this.identities(rule) * portEntries(rule);
      this.byRule.set(rule, found);
    }
    return found;
  }

  private identities(rule: RuleModel): number {
    if (rule.peers.some(({ kind }) => kind === 'everyone')) return 1;
    const ends = membersOf(this.governance.peersOf(rule));
    const ofEnds = ends.reduce((sum, end) => sum + identitiesOf(this.analysis.universe.ends[end]), 0);
    const around = rule.peers.reduce((sum, peer) => {
      if (peer.kind !== 'block' || peer.block.except.length === 0) return sum;
      return sum + rangesToCidrs(blockRanges(peer.block) ?? []).length;
    }, 0);
    return ofEnds + around;
  }
}

function portEntries({ ports }: RuleModel): number {
  if (ports === undefined) return 1;
  return ports.reduce((sum, port) => sum + ('name' in port ? 1 : prefixes(port.first, port.last)), 0);
}

/** Number of aligned blocks that make up a range of ports, as Cilium stores it. */
function prefixes(first: number, last: number): number {
  let count = 0;
  for (let start = first === 1 && last === 65535 ? 0 : first; start <= last; count++) {
    let size = 1;
    while (start % (size * 2) === 0 && start + size * 2 - 1 <= last) size *= 2;
    start += size;
  }
  return count;
}
