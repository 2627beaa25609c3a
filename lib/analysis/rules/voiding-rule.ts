import type { Analysis } from '../analysis';
import { undoesAuthentication } from './authentication-undone';
import { type GoverningRule, placeOf } from './governed-pods';
import { redundantRules } from './redundancy';
import { placeText, type Rule, type RuleFinding, someOf } from './rule';
import { peersText, portsText } from './rule-text';

/**
 * Finds rules that allow every port, or every request, to peers for which other rules take care to list them: the usual
 * one allows all traffic within the namespace, in a policy that is called a default deny.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation
 */
export const voidingRule: Rule = {
  id: 'voiding-rule',
  severity: 'error',
  title: 'A broad rule that makes narrower ones void',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    const voided = new Map<GoverningRule, GoverningRule[]>();
    for (const { rule, by } of redundantRules(analysis)) {
      for (const broad of by) {
        if (!isBroader(broad, rule) || undoesAuthentication(rule, analysis)) continue;
        const rules = voided.get(broad);
        if (rules === undefined) voided.set(broad, [rule]);
        else rules.push(rule);
      }
    }
    for (const [broad, rules] of voided) {
      const far = broad.part.direction === 'ingress' ? 'from' : 'to';
      const examples = someOf(rules, (rule) => placeText(placeOf(rule)));
      yield {
        at: placeOf(broad),
        message: `the rule allows ${portsText(broad.rule)} ${far} ${peersText(broad.rule)}, which makes ${rules.length === 1 ? 'a narrower rule' : `${rules.length} narrower rules`} void: ${examples}`,
        fix: 'remove it; policies are a union, and a default deny allows nothing',
      };
    }
  },
};

/** True for a rule without ports beside one that names them. */
function isBroader({ rule: broad }: GoverningRule, { rule }: GoverningRule): boolean {
  return broad.effect === 'allow' && rule.effect === 'allow' && broad.ports === undefined && rule.ports !== undefined;
}
