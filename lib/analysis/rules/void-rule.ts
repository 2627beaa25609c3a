import type { Analysis } from '../analysis';
import { undoesAuthentication } from './authentication-undone';
import { type GoverningRule, placeOf } from './governed-pods';
import { bypassesRequests } from './l7-bypassed';
import { type RedundantRule, redundantRules } from './redundancy';
import { placeText, type Rule, type RuleFinding, someOf } from './rule';
import { peersText, portsText } from './rule-text';
import { type UnmatchedRule, unmatchedRules } from './unmatched-rules';

/**
 * Finds rules that change nothing: they select nobody, or other rules for the same pods decide all that they decide.
 * Policies are a union, so that a narrow rule beside a broad one restricts nobody.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation
 * @see https://docs.cilium.io/en/stable/security/policy/intro/#rule-basics
 */
export const voidRule: Rule = {
  id: 'void-rule',
  severity: 'warning',
  title: 'A rule that changes nothing',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    for (const redundant of redundantRules(analysis)) {
      // Rules that switch authentication off do something, and are found for it.
      if (!bypassesRequests(redundant) && !undoesAuthentication(redundant.rule, analysis))
        yield { at: placeOf(redundant.rule), ...redundantFinding(redundant) };
    }
    for (const unmatched of unmatchedRules(analysis))
      yield { at: placeOf(unmatched.rule), ...unmatchedFinding(unmatched) };
  },
};

function redundantFinding({ rule, by, isSame }: RedundantRule): Omit<RuleFinding, 'at'> {
  const { effect, authentication } = rule.rule;
  const others = someOf(by, (one) => placeText(placeOf(one)));
  const text = ruleText(rule);
  if (by.length === 0) {
    return {
      severity: 'info',
      message: `${text} denies nothing: no rule for these pods allows any of it`,
      fix: 'remove it, or keep it as a guard against rules to come',
    };
  }
  if (effect === 'allow' && by.every((one) => one.rule.effect === 'deny')) {
    return {
      message: `${text} allows nothing: ${others} denies all of it, and deny wins`,
      fix: 'remove one of the two',
    };
  }
  if (isSame) {
    return { severity: 'info', message: `${text} says what ${others} says already`, fix: 'remove one of the two' };
  }
  const verb = effect === 'allow' ? 'allowed' : 'denied';
  const message = `${text} changes nothing: all of it is ${verb} already by ${others}`;
  if (authentication === 'required' && effect === 'allow') {
    return {
      message: `${message}; only the authentication that it requires still counts`,
      fix: 'narrow the wider rule, or require authentication there; without this rule nobody requires it',
    };
  }
  return { message, fix: 'remove it, or narrow the wider rule if this one was meant to be the limit' };
}

function unmatchedFinding({ rule, part }: UnmatchedRule): Omit<RuleFinding, 'at'> {
  switch (part) {
    case 'emptyList':
      return {
        severity: 'info',
        message: `${ruleText(rule)} is for nobody: its list of peers is empty`,
        fix: 'remove it, or name its peers; a single rule {} denies all without looking like an oversight',
      };
    case 'peers':
      return {
        message: `${ruleText(rule)} is for nobody: no pod in the manifests matches ${peersText(rule.rule)}`,
        fix: 'correct the labels or name the namespace: a selector without a namespace means the policy’s own',
      };
    case 'ports':
      return {
        message: `${ruleText(rule)} is for no port: no pod that it reaches has a port named ${portsText(rule.rule)}`,
        fix: 'correct the name, or use the number of the port',
      };
  }
}

function ruleText({ part, rule }: GoverningRule): string {
  const [far, near] = part.direction === 'ingress' ? ['from', 'ingress'] : ['to', 'egress'];
  const effect = rule.effect === 'allow' ? '' : ' deny';
  return `the ${near}${effect} rule ${far} ${peersText(rule)} on ${portsText(rule)}`;
}
