import type { Severity } from '../../finding';
import type { Analysis } from '../analysis';
import type { RuleModel } from '../policy/policy-model';
import { dnsNames, rulesForNames } from './dns-rules';
import { Governance, placeOf } from './governed-pods';
import { patternsMeet } from './patterns-meet';
import { type Rule, type RuleFinding, someOf } from './rule';

/** A pattern that is one label too short for what stands below its zone. */
interface ShortPattern {
  readonly pattern: RegExp;
  /** A name that is meant and not matched; `*` stands for the zone that the pattern names. */
  readonly example: string;
  readonly severity: Severity;
}

/**
 * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#services
 * @see https://docs.aws.amazon.com/general/latest/gr/rande.html#regional-endpoints
 * @see https://learn.microsoft.com/en-us/azure/storage/common/storage-account-overview#storage-account-endpoints
 */
const SHORT: readonly ShortPattern[] = [
  { pattern: /^\*\.svc\.cluster\.local$/, example: 'service.namespace.*', severity: 'error' },
  { pattern: /^\*\.cluster\.local$/, example: 'service.namespace.svc.*', severity: 'error' },
  // A cluster may call its zone otherwise; on the internet, svc may be anything.
  { pattern: /^\*\.svc\.[a-z\d.-]+$/, example: 'service.namespace.*', severity: 'warning' },
  { pattern: /^\*\.amazonaws\.com$/, example: 'sts.us-east-1.*', severity: 'warning' },
  { pattern: /^\*\.rds\.amazonaws\.com$/, example: 'name.id.us-east-1.*', severity: 'error' },
  { pattern: /^\*\.elb\.amazonaws\.com$/, example: 'name.us-east-1.*', severity: 'error' },
  { pattern: /^\*\.eks\.amazonaws\.com$/, example: 'id.gr7.us-east-1.*', severity: 'error' },
  { pattern: /^\*\.windows\.net$/, example: 'account.blob.core.*', severity: 'error' },
  { pattern: /^\*\.core\.windows\.net$/, example: 'account.blob.*', severity: 'error' },
];

/**
 * Finds names that a pattern was meant for and does not match: in Cilium `*` never crosses a dot. Also hosts of `toFQDNs`
 * that no DNS rule for the same pods lets them ask for.
 * @see https://docs.cilium.io/en/stable/security/policy/layer3/#dns-based
 * @see https://github.com/cilium/cilium/blob/v1.19.4/pkg/fqdn/matchpattern/matchpattern.go
 */
export const dnsPatternMismatch: Rule = {
  id: 'dns-pattern-mismatch',
  severity: 'error',
  title: 'A DNS pattern that does not match the names it is meant for',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    if (analysis.dialect.kind !== 'cilium') return;
    for (const governed of Governance.of(analysis).rules) {
      for (const { text, short } of shortPatterns(governed.rule)) {
        yield {
          at: placeOf(governed),
          severity: short.severity,
          message: `${text} does not match ${short.example.replace('*', text.slice(2))}: * stands for one label and never crosses a dot`,
          fix: `name the hosts, or write **${text.slice(1)}, which Cilium matches at any depth from 1.19 on`,
        };
      }
    }
    for (const { rule, groups } of rulesForNames(analysis)) {
      const unasked = rule.rule.peers.flatMap((peer) => {
        if (peer.kind !== 'names') return [];
        const isUnasked = groups.some(
          ({ askable }) => askable?.some((name) => patternsMeet(name, peer.pattern, analysis.dialect)) === false,
        );
        return isUnasked ? [peer.pattern] : [];
      });
      if (unasked.length === 0) continue;
      const names = groups.flatMap(({ askable }) => askable ?? []).slice(0, 100);
      yield {
        at: placeOf(rule),
        message: `the pods may not ask for ${someOf(unasked)}: their DNS rules allow only ${someOf(names)}`,
        fix: 'add the names to the DNS rule of the same pods',
      };
    }
  },
};

function shortPatterns(rule: RuleModel): readonly { readonly text: string; readonly short: ShortPattern }[] {
  if (rule.effect === 'deny') return [];
  const hosts = rule.peers.flatMap((peer) => (peer.kind === 'names' ? [peer.pattern] : []));
  return [...hosts, ...(dnsNames(rule) ?? [])].flatMap((name) => {
    const text = name.replace(/\.$/, '');
    const short = SHORT.find(({ pattern }) => pattern.test(text));
    return short === undefined ? [] : [{ text, short }];
  });
}
