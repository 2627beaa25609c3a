import type { Analysis } from '../analysis';
import { isAuthenticated } from '../graph/authentication';
import type { NamedPort } from '../load/manifests';
import { Governance, type GovernedPods, type GoverningRule, isMember, membersOf, placeOf } from './governed-pods';
import { placeText, type Rule, type RuleFinding } from './rule';
import { rangesMeet, rangesOf } from './rule-content';
import { serverPorts } from './rule-servers';
import { peersText, portsText } from './rule-text';

/**
 * Finds rules that switch authentication off where another rule requires it: an explicit `disabled` on an equal or
 * narrower rule wins, while a rule that says nothing leaves the requirement alone.
 * @see authPreferredInsert in https://github.com/cilium/cilium/blob/v1.19.4/pkg/policy/mapstate.go
 * @see https://docs.cilium.io/en/stable/network/servicemesh/mutual-authentication/mutual-authentication/
 */
export const authenticationUndone: Rule = {
  id: 'authentication-undone',
  severity: 'error',
  title: 'Authentication that another rule switches off',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    const governance = Governance.of(analysis);
    for (const rule of governance.rules) {
      const undone = requirementUndone(rule, analysis, governance);
      if (undone === undefined) continue;
      yield {
        at: placeOf(rule),
        message: `authentication disabled for ${peersText(rule.rule)} on ${portsText(rule.rule)} undoes what ${placeText(placeOf(undone))} requires`,
        fix: 'leave authentication out of this rule; the requirement of the other one then holds for both',
      };
    }
  },
};

/** True for a rule that switches off the authentication that another one requires. */
export function undoesAuthentication(rule: GoverningRule, analysis: Analysis): boolean {
  return requirementUndone(rule, analysis, Governance.of(analysis)) !== undefined;
}

/** The rule whose requirement does not hold because of this one. */
function requirementUndone(rule: GoverningRule, analysis: Analysis, governance: Governance): GoverningRule | undefined {
  if (rule.rule.authentication !== 'disabled' || rule.rule.effect === 'deny') return undefined;
  for (const group of governance.groupsOf(rule.part)) {
    const others = group.parts
      .flatMap((part) => governance.rulesOf(part))
      .filter((other) => other !== rule && other.rule.effect === 'allow');
    for (const required of others) {
      if (required.rule.authentication !== 'required') continue;
      const end = membersOf(governance.peersOf(rule.rule)).find((candidate) => {
        return isMember(governance.peersOf(required.rule), candidate);
      });
      if (end !== undefined && isUndone(rule, required, others, end, group, analysis, governance)) return required;
    }
  }
  return undefined;
}

function isUndone(
  rule: GoverningRule,
  required: GoverningRule,
  others: readonly GoverningRule[],
  end: number,
  group: GovernedPods,
  analysis: Analysis,
  governance: Governance,
): boolean {
  const server = serverPorts(analysis, group, end);
  const own = rangesOf(rule.rule, server, analysis);
  const wanted = rangesOf(required.rule, server, analysis);
  const shared = own.find((range) => rangesMeet([range], wanted));
  if (shared === undefined) return false;
  const port =
    wanted.flatMap((range) => (rangesMeet([range], [shared]) ? [Math.max(range.first, shared.first)] : []))[0] ?? 0;
  const range = { protocol: shared.protocol, first: port, last: port };
  const without = others
    .filter((other) => isMember(governance.peersOf(other.rule), end))
    .map((other) => contentOf(other, server, analysis))
    .filter(({ ranges }) => rangesMeet(ranges, [range]));
  return isAuthenticated(range, without) && !isAuthenticated(range, [...without, contentOf(rule, server, analysis)]);
}

function contentOf({ rule }: GoverningRule, server: readonly NamedPort[], analysis: Analysis) {
  return {
    effect: 'allow',
    ranges: rangesOf(rule, server, analysis),
    allPorts: rule.ports === undefined,
    forEveryone: rule.peers.some(({ kind }) => kind === 'everyone'),
    l7: rule.l7,
    authentication: rule.authentication,
  } as const;
}
