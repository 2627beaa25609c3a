import { InvalidValueError, type Problem } from '../finding';
import { type Cluster, kubernetesVersionProblem } from '../model/cluster';
import { dnsSubdomainProblem } from '../model/name';
import { formatPeer } from '../model/peer';
import { formatPort, portProblem } from '../model/port';
import { checkedPeer } from './checked-end';

/**
 * Returns the cluster. It is plain data, and what it says about DNS ends up in the policy of nearly every component.
 * @param construct path that the error names
 * @throws InvalidValueError for a domain that is none, DNS without ports, a DNS peer that cannot be one, or no version
 */
export function checkCluster(cluster: Cluster, construct: string): Cluster {
  const problem =
    domainProblem(cluster) ??
    portsProblem(cluster) ??
    peerProblem(cluster) ??
    (cluster.kubernetes === undefined ? undefined : kubernetesVersionProblem(cluster.kubernetes));
  if (problem !== undefined) throw new InvalidValueError(problem, construct);
  return cluster;
}

function domainProblem({ domain, searchDomains }: Cluster): Problem | undefined {
  return (
    dnsSubdomainProblem(domain, 'domain of the cluster') ??
    searchDomains.map((search) => dnsSubdomainProblem(search, 'search domain')).find((found) => found !== undefined)
  );
}

/** An empty list of ports means every port to Kubernetes and to Cilium. */
function portsProblem({ dns }: Cluster): Problem | undefined {
  if (dns.ports.length === 0) return { message: 'DNS has no ports', fix: 'name them, usually UDP and TCP 53' };
  const invalid = dns.ports.map(portProblem).find((found) => found !== undefined);
  if (invalid !== undefined) return { message: `DNS: ${invalid.message}`, fix: invalid.fix };
  const unfit = dns.ports.find(({ protocol, endPort }) => endPort !== undefined || !/^(TCP|UDP)$/.test(protocol));
  if (unfit === undefined) return undefined;
  return { message: `DNS cannot be served on ${formatPort(unfit)}`, fix: 'name single TCP and UDP ports' };
}

function peerProblem({ dns }: Cluster): Problem | undefined {
  if (dns.peer.kind === 'fqdn' || dns.peer.kind === 'internet') {
    return { message: `${formatPeer(dns.peer)} cannot be the cluster's DNS`, fix: 'name its pods, or its addresses' };
  }
  try {
    checkedPeer(dns.peer);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidValueError) return error.problem;
    throw error;
  }
}
