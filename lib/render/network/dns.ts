import { type Cluster, DEFAULT_CLUSTER } from '../../model/cluster';
import type { DnsName } from '../../model/edge';

/** Why every component that uses names may reach the DNS pods; seed 001's own words. */
export const DNS_PURPOSE = 'Service discovery';

/**
 * Every name that a resolver asks for on its way to an allowed one, sorted. Kubernetes gives pods `ndots:5` and a
 * search list, so a client that wants `api.example.com` first asks for `api.example.com.<namespace>.svc.<domain>` and
 * so on. Cilium's DNS proxy answers REFUSED to a name that no rule allows, which some resolvers (musl) take as final:
 * the detours have to be allowed for the name itself to resolve. They are all fixed names below the cluster's domain.
 *
 * @param namespace of the pods that ask
 * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#namespaces-of-services
 * @see https://docs.cilium.io/en/stable/security/policy/language/#dns-based
 */
export function dnsQueries(names: readonly DnsName[], namespace: string, cluster: Cluster): readonly string[] {
  if (last.namespace !== namespace || last.cluster !== cluster) last = new Resolver(namespace, cluster);
  const queries: string[] = [];
  for (const name of names) for (const query of last.queries(name)) queries.push(query);
  return queries.sort().filter((query, index) => query !== queries[index - 1]);
}

/** What pods of one namespace ask for. Its components are rendered one after the other, and look up the same names. */
class Resolver {
  /** What a search list puts behind a name, with the dot. */
  private readonly search: readonly string[];
  private readonly known = new Map<DnsName, readonly string[]>();

  constructor(
    readonly namespace: string,
    readonly cluster: Cluster,
  ) {
    const { domain, searchDomains } = cluster;
    this.search = [`${namespace}.svc.${domain}`, `svc.${domain}`, domain, ...searchDomains].map((name) => `.${name}`);
  }

  queries(name: DnsName): readonly string[] {
    let queries = this.known.get(name);
    if (queries === undefined) {
      queries = this.ask(name).filter(canBeAsked).sort();
      this.known.set(name, queries);
    }
    return queries;
  }

  /** What a resolver asks for each spelling. */
  private ask(name: DnsName): string[] {
    const queries: string[] = [];
    const found = target(name, this.cluster);
    for (const spelling of spellings(name, this.namespace, this.cluster)) this.askFor(spelling, found, queries);
    return queries;
  }

  /** Goes through the search list up to the query that succeeds. */
  private askFor(spelling: string, found: string, queries: string[]): void {
    for (const domain of this.search) {
      const query = spelling + domain;
      queries.push(query);
      if (query === found) return;
    }
    if (spelling === found) queries.push(spelling);
  }
}

let last = new Resolver('', DEFAULT_CLUSTER);

/**
 * No resolver asks for a name of more than 253 characters, which a long host becomes with a search domain behind it;
 * and Cilium refuses a policy that holds one of more than 255.
 */
function canBeAsked(query: string): boolean {
  return query.length <= 253 || query.replace(/^\*\*\./, '*.').length <= 253;
}

/** The forms in which clients write a name. */
function spellings(name: DnsName, namespace: string, cluster: Cluster): readonly string[] {
  if (name.kind === 'host') return [name.host];
  const service = serviceLabel(name);
  const short = `${service}.${name.namespace}`;
  return [...(name.namespace === namespace ? [service] : []), short, `${short}.svc`, `${short}.svc.${cluster.domain}`];
}

function target(name: DnsName, cluster: Cluster): string {
  return name.kind === 'host' ? name.host : `${serviceLabel(name)}.${name.namespace}.svc.${cluster.domain}`;
}

/** The first part of a name in the cluster: the Service, or any pod behind a headless one. */
function serviceLabel(name: Exclude<DnsName, { kind: 'host' }>): string {
  return name.kind === 'pods' ? `*.${name.service}` : name.service;
}
