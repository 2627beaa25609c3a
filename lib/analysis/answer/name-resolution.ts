import type { Analysis } from '../analysis';
import type { RuleModel } from '../policy/policy-model';
import { namePatternMatches, sampleName } from '../universe/name-pattern';
import type { PlacedRule } from './rule-index';

/** Whether pods can have a name resolved in a way that lets rules for the name work. */
export interface NameResolution {
  /**
   * `observed`: a DNS rule lets the name be asked for, so Cilium learns its addresses. `unobserved`: it can be asked for,
   * past Cilium's DNS proxy, so that rules for the name never come to hold an address. `denied`: it cannot be asked for.
   */
  readonly status: 'observed' | 'unobserved' | 'denied';
  /** The DNS rules that name it, or, where it is denied, all there are. */
  readonly rules: readonly PlacedRule[];
}

/** @see https://docs.cilium.io/en/stable/security/policy/language/#dns-based */
export function nameResolution(analysis: Analysis, from: number, name: string): NameResolution {
  const parts = analysis.graph.egress.partsFor(from);
  const allowing = parts.flatMap(({ policy, part }) => {
    return part.rules
      .filter(({ effect, peers }) => effect === 'allow' && peers.length > 0)
      .map((rule) => ({ policy, rule }));
  });
  const ofDns = allowing.filter(({ rule }) => rule.l7?.some(({ protocol }) => protocol === 'dns') === true);
  const matching = ofDns.filter(({ rule }) => lets(rule, name, analysis));
  if (matching.length > 0) return { status: 'observed', rules: matching };
  const open = allowing.filter(({ rule }) => rule.l7 === undefined && isForDns(rule));
  const isOpen = open.length > 0 || !parts.some(({ part }) => part.isolates);
  return isOpen ? { status: 'unobserved', rules: open } : { status: 'denied', rules: ofDns };
}

function lets({ l7 = [] }: RuleModel, name: string, { dialect }: Analysis): boolean {
  return l7.some(({ protocol, rule }) => protocol === 'dns' && namePatternMatches(rule, sampleName(name), dialect));
}

function isForDns({ ports }: RuleModel): boolean {
  if (ports === undefined) return true;
  return ports.some((port) => {
    if (!('first' in port) || (port.protocol !== 'UDP' && port.protocol !== 'TCP')) return false;
    return port.first <= DNS_PORT && DNS_PORT <= port.last;
  });
}

const DNS_PORT = 53;
