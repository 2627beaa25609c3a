import type { Analysis } from '../analysis';
import type { RuleModel } from '../policy/policy-model';
import { placeOf } from './governed-pods';
import { type RedundantRule, redundantRules } from './redundancy';
import { placeText, type Rule, type RuleFinding, someOf } from './rule';
import { isAnyRequest } from './rule-content';
import { peersText, portsText, requestsText } from './rule-text';

/**
 * Finds lists of requests that nobody has to keep to, because another rule lets the same peers use the same ports without
 * a list.
 * @see https://docs.cilium.io/en/stable/security/policy/layer7/
 */
export const l7Bypassed: Rule = {
  id: 'l7-bypassed',
  severity: 'error',
  title: 'A list of requests that another rule makes void',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    for (const redundant of redundantRules(analysis)) {
      const { rule, by } = redundant;
      if (!bypassesRequests(redundant)) continue;
      const noun = requestsText(rule.rule.l7?.[0]?.protocol ?? 'l7');
      const others = someOf(by, (one) => placeText(placeOf(one)));
      const far = rule.part.direction === 'ingress' ? 'from' : 'to';
      yield {
        at: placeOf(rule),
        message: `the list of ${noun} ${far} ${peersText(rule.rule)} on ${portsText(rule.rule)} is void: ${others} sets no limit for them`,
        fix: `give the other rule the same list, or take these peers and ports out of it`,
      };
    }
  },
};

/** True if the rule restricts requests, and what makes it redundant does not. */
export function bypassesRequests({ rule, by }: RedundantRule): boolean {
  return restricts(rule.rule) && by.some((one) => one.rule.effect === 'allow' && !restricts(one.rule));
}

/** A list with an entry for any name or any request restricts nothing. */
function restricts({ l7 }: RuleModel): boolean {
  return l7 !== undefined && !l7.some(isAnyRequest);
}
