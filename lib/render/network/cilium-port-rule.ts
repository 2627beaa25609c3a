import type { CiliumDnsSelector, CiliumL7Rules, CiliumPort, CiliumPortRule } from '../../kube/cilium-network-policy';
import { isHostPattern } from '../../model/host';
import { memo } from '../../model/memo';
import type { Port } from '../../model/port';
import { joined, type SharedList, share } from '../../model/shared';
import type { Stage } from '../../model/stage';
import type { PolicyRule } from './rule';

/**
 * Most ports that one entry of `toPorts` may list; the API server refuses the 41st.
 * @see pkg/policy/api/l4.go of Cilium 1.19 (`MaxItems=40` on PortRule.Ports)
 */
export const MAX_PORTS = 40;

/** The ports of a rule, in as many entries as the limit asks for, each with the same L7 rules. */
export function portRules(rule: PolicyRule, stage: Stage): readonly CiliumPortRule[] {
  // `toPorts: []` would open every port.
  if (rule.ports.length === 0) throw new Error('a rule without ports would allow every port');
  const rules = l7Rules(rule, stage);
  return rules === undefined ? anyTraffic(rule.ports) : entriesOf(rule.ports, rules);
}

/** Few lists of ports serve all edges. */
const anyTraffic = memo((ports: readonly Port[]) => share(entriesOf(ports, undefined)));

function entriesOf(list: readonly Port[], rules: CiliumL7Rules | undefined): readonly CiliumPortRule[] {
  const all = list.map(ciliumPort);
  const entry = (ports: readonly CiliumPort[]) => (rules === undefined ? { ports } : { ports, rules });
  if (all.length <= MAX_PORTS) return [entry(all)];
  const entries: CiliumPortRule[] = [];
  for (let start = 0; start < all.length; start += MAX_PORTS) entries.push(entry(all.slice(start, start + MAX_PORTS)));
  return entries;
}

function ciliumPort(port: Port): CiliumPort {
  const { protocol, endPort } = port;
  return endPort === undefined ? { port: String(port.port), protocol } : { port: String(port.port), endPort, protocol };
}

/**
 * While observing, requests are still sent through the proxy, so that they can be seen, but every one is let through:
 * `enableDefaultDeny: false` does not keep an L7 rule from dropping.
 */
function l7Rules(rule: PolicyRule, stage: Stage): CiliumL7Rules | undefined {
  const { l7, queries } = rule;
  if (queries !== undefined) return { dns: stage === 'observe' ? ANY_NAME : joined(queries.map(dnsSelectors)) };
  if (l7 === undefined) return undefined;
  if ('dns' in l7) return { dns: stage === 'observe' ? ANY_NAME : l7.dns.map(dnsSelector) };
  return stage === 'observe' ? { http: [{}] } : { http: l7.http };
}

const ANY_NAME = Object.freeze([Object.freeze({ matchPattern: '*' })]);

/** Components of one namespace ask for the same names. */
function dnsSelectors(hosts: SharedList<string>): SharedList<CiliumDnsSelector> {
  return hosts.map(dnsSelector);
}

/** `matchName` for a name, `matchPattern` for a pattern. */
export function dnsSelector(host: string): CiliumDnsSelector {
  return isHostPattern(host) ? { matchPattern: host } : { matchName: host };
}
