import { type Cluster, DEFAULT_CLUSTER } from '../../model/cluster';
import type { DnsName } from '../../model/edge';
import { joined, SharedList } from '../../model/shared';

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
  const lists: SharedList<string>[] = [];
  let inOrder = true;
  for (const name of names) {
    const list = last.queries(name);
    const [before, after] = [lists.at(-1)?.items.at(-1), list.items[0]];
    inOrder &&= before === undefined || after === undefined || before < after;
    lists.push(list);
  }
  // As it nearly always is: names are sorted, and so are the queries for each.
  if (inOrder) return joined(lists);
  const queries = lists.flatMap(({ items }) => items).sort();
  return queries.filter((query, index) => query !== queries[index - 1]);
}

/** What pods of one namespace ask for. Its components are rendered one after the other, and look up the same names. */
class Resolver {
  private readonly known = new Map<DnsName, SharedList<string>>();
  private readonly behindHosts: readonly string[];
  /** What stands behind `service` for a Service of the same namespace. */
  private readonly behindOwn: readonly string[];
  /** What stands behind `service.namespace` for a Service of another one. */
  private readonly behindOthers: readonly string[];

  constructor(
    readonly namespace: string,
    readonly cluster: Cluster,
  ) {
    const { domain, searchDomains } = cluster;
    const search = [`.${namespace}.svc.${domain}`, `.svc.${domain}`, `.${domain}`].concat(
      searchDomains.map((name) => `.${name}`),
    );
    const services = `.svc.${domain}`;
    this.behindHosts = distinct(asked('', search, ''));
    this.behindOthers = distinct(['', '.svc', services].flatMap((spelling) => asked(spelling, search, services)));
    this.behindOwn = distinct([
      ...asked('', search, `.${namespace}${services}`),
      ...this.behindOthers.map((ending) => `.${namespace}${ending}`),
    ]);
  }

  /** Sorted. */
  queries(name: DnsName): SharedList<string> {
    let queries = this.known.get(name);
    if (queries === undefined) {
      const { stem, endings } = this.partsOf(name);
      queries = new SharedList(endings.map((ending) => stem + ending).filter(canBeAsked));
      this.known.set(name, queries);
    }
    return queries;
  }

  /** What all queries for a name start with, and how they go on. */
  private partsOf(name: DnsName): { readonly stem: string; readonly endings: readonly string[] } {
    if (name.kind === 'host') return { stem: name.host, endings: this.behindHosts };
    // The first part of a name in the cluster is the Service, or any pod behind a headless one.
    const service = name.kind === 'pods' ? `*.${name.service}` : name.service;
    return name.namespace === this.namespace
      ? { stem: service, endings: this.behindOwn }
      : { stem: `${service}.${name.namespace}`, endings: this.behindOthers };
  }
}

/** Sorted, each once. */
function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

let last = new Resolver('', DEFAULT_CLUSTER);

/**
 * No resolver asks for a name of more than 253 characters, which a long host becomes with a search domain behind it;
 * and Cilium refuses a policy that holds one of more than 255.
 */
function canBeAsked(query: string): boolean {
  return query.length <= 253 || query.replace(/^\*\*\./, '*.').length <= 253;
}

/**
 * What a resolver asks for a spelling, up to the query that succeeds.
 * @param search what its search list puts behind names, with the dot
 */
function asked(spelling: string, search: readonly string[], found: string): readonly string[] {
  const queries = search.map((domain) => spelling + domain);
  const success = queries.indexOf(found);
  if (success >= 0) return queries.slice(0, success + 1);
  return spelling === found ? [...queries, spelling] : queries;
}
