import type { Analysis } from '../analysis';
import type { RuleModel } from '../policy/policy-model';
import { Governance, type GovernedPods, type GoverningRule } from './governed-pods';

/** What egress rules for some pods say about names. */
export interface NamesOfPods {
  readonly pods: GovernedPods;
  /** Names and patterns of the DNS rules for the pods; undefined if no rule has any, so that Cilium sees no answer. */
  readonly askable: readonly string[] | undefined;
}

/** The rules that name hosts, each with what its pods may ask for; in groups of pods with the same policies. */
export function* rulesForNames(analysis: Analysis): Generator<{ rule: GoverningRule; groups: readonly NamesOfPods[] }> {
  if (analysis.dialect.kind !== 'cilium') return;
  const governance = Governance.of(analysis);
  const askable = new Map<GovernedPods, readonly string[] | undefined>();
  const askableBy = (pods: GovernedPods) => {
    if (!askable.has(pods)) askable.set(pods, namesAskable(pods, governance));
    return askable.get(pods);
  };
  for (const rule of governance.rules) {
    if (rule.rule.effect === 'deny' || !rule.rule.peers.some(({ kind }) => kind === 'names')) continue;
    const groups = governance.groupsOf(rule.part).map((pods) => ({ pods, askable: askableBy(pods) }));
    yield { rule, groups };
  }
}

function namesAskable({ parts }: GovernedPods, governance: Governance): readonly string[] | undefined {
  const lists = parts
    .flatMap((part) => governance.rulesOf(part))
    .map(({ rule }) => dnsNames(rule))
    .filter((names) => names !== undefined);
  return lists.length === 0 ? undefined : [...new Set(lists.flat())];
}

/** Names and patterns that a rule lets pods ask for; undefined if it is no DNS rule. */
export function dnsNames({ effect, l7 }: RuleModel): readonly string[] | undefined {
  const names = l7?.filter(({ protocol }) => protocol === 'dns').map(({ rule }) => rule) ?? [];
  return effect === 'deny' || names.length === 0 ? undefined : names;
}
