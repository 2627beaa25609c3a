import type { Analysis } from '../analysis';
import { isAnyName } from '../universe/name-pattern';
import { dnsNames } from './dns-rules';
import { Governance, placeOf } from './governed-pods';
import type { Rule, RuleFinding } from './rule';

/**
 * Finds DNS rules for any name. A name carries data: what a pod may ask for, it may send to whoever runs the zone.
 * @see https://attack.mitre.org/techniques/T1048/
 */
export const dnsAnyName: Rule = {
  id: 'dns-any-name',
  severity: 'warning',
  title: 'A DNS rule for any name',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    for (const governed of Governance.of(analysis).rules) {
      if (dnsNames(governed.rule)?.some(isAnyName) !== true) continue;
      const isObserved = !governed.part.isolates;
      yield {
        at: placeOf(governed),
        ...(isObserved ? { severity: 'info' as const } : {}),
        message: `the pods may ask for any name, which is a way to send data out${isObserved ? '; the policy only observes so far' : ''}`,
        fix: 'list the names that the pods need; `hubble observe --protocol dns` shows what they ask for',
      };
    }
  },
};
