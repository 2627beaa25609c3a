import type { KnownDifference } from '../../platform/known-difference';
import type { ResolvedSdrSettings } from './resolve';

/**
 * How the policies as the specification wrote them differ from what it says they are for. Each is one of the departures
 * that STRICT.md explains, seen from the other side: as what can or cannot be reached.
 */
export function knownDifferences(settings: ResolvedSdrSettings): readonly KnownDifference[] {
  const { namespace, gateway, prometheus } = settings;
  const own = `${namespace}/*`;
  const intra =
    'intra-namespace-allow: the namespace policy lets every pod reach every other one, whatever else is said';
  const dns = 'dns-for-everyone: every pod of the stack may look up any name';
  const pattern = 'pattern-matches-nothing: * does not cross a dot, so *.amazonaws.com is not the regional name';
  const ports = 'dns-without-names: port 53 is open for protocol ANY, which holds SCTP';
  const gatewayReason = "gateway-in-own-namespace: the selector names no namespace and means the policy's own";
  const gatewayPods = `${gateway.namespace}/*`;
  const scraping =
    'metrics-ports: Prometheus may scrape ports that nothing listens on, and not the one that the exporter of NATS has';
  return [
    { rule: 'reachable-not-declared', from: own, to: own, reason: intra },
    { rule: 'requests-not-restricted', from: own, to: own, reason: intra },
    { rule: 'reachable-not-declared', to: 'kube-system/kube-dns', reason: ports },
    { rule: 'name-not-declared', to: '*', reason: dns },
    { rule: 'reachable-not-declared', to: '*.amazonaws.com', reason: pattern },
    { rule: 'declared-not-reachable', to: 'sts.*.amazonaws.com', reason: pattern },
    { rule: 'declared-not-reachable', from: gatewayPods, reason: gatewayReason },
    { rule: 'declared-not-reachable', from: `${prometheus.namespace}/*`, to: `${namespace}/nats`, reason: scraping },
    { rule: 'reachable-not-declared', from: `${prometheus.namespace}/*`, to: own, reason: scraping },
  ];
}
