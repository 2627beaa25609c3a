import { type Cluster, DEFAULT_CLUSTER } from '../../model/cluster';
import type { DnsName } from '../../model/edge';
import { SharedList } from '../../model/shared';
import { byText, distinctTexts, sortShort } from '../../model/short-list';
import { type ClusterEndings, clusterEndings, type Endings } from './dns-ending';

/** Why every component that uses names may reach the DNS pods; seed 001's own words. */
export const DNS_PURPOSE = 'Service discovery';

/**
 * Every name that a resolver asks for on its way to an allowed one, sorted. Kubernetes gives pods `ndots:5` and a
 * search list, so a client that wants `api.example.com` first asks for `api.example.com.<namespace>.svc.<domain>` and
 * so on. Cilium's DNS proxy answers REFUSED to a name that no rule allows, which some resolvers (musl) take as final:
 * the detours have to be allowed for the name itself to resolve. They are all fixed names below the cluster's domain.
 *
 * @param namespace of the pods that ask
 * @returns lists to be read one after the other; what other components of the namespace ask for too is the same list
 * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#namespaces-of-services
 * @see https://docs.cilium.io/en/stable/security/policy/language/#dns-based
 */
export function dnsQueries(
  names: readonly DnsName[],
  namespace: string,
  cluster: Cluster,
): readonly SharedList<string>[] {
  const zone = zoneOf(cluster);
  if (last.namespace !== namespace || last.zone !== zone) last = new Resolver(namespace, zone, cluster, last);
  const lists = sortShort(names.map((name) => last.queries(name)).filter(holdsQueries), byStart);
  // As it nearly always is: the lists are in order, and so is each of them.
  if (lists.every((list, index) => index === 0 || isBehind(lists[index - 1] as SharedList<string>, list))) return lists;
  const all = distinctTexts(lists.flatMap(({ items }) => items));
  return [new SharedList(() => all)];
}

/** False only for a name that is too long to be asked for, in a cluster whose domain is very long. */
function holdsQueries(list: SharedList<string>): boolean {
  return list.likeness !== undefined || list.items.length > 0;
}

function byStart(a: SharedList<string>, b: SharedList<string>): number {
  return byText(startOf(a), startOf(b));
}

function startOf(list: SharedList<string>): string {
  return list.likeness?.is ?? list.items[0] ?? '';
}

/** What a resolver knows of a cluster. Somebody may change one between two apps, so it is told by what it says. */
function zoneOf({ domain, searchDomains }: Cluster): string {
  return searchDomains.length === 0 ? domain : `${domain} ${searchDomains.join(' ')}`;
}

/** True if all of a list comes after all of the one before. */
function isBehind(before: SharedList<string>, list: SharedList<string>): boolean {
  const [one, other] = [before.likeness?.is, list.likeness?.is];
  if (one !== undefined && other !== undefined && one < other && !other.startsWith(one)) return true;
  const [end, start] = [before.items.at(-1), list.items[0]];
  return end === undefined || start === undefined || end < start;
}

/** What pods of one namespace ask for. Its components are rendered one after the other, and look up the same names. */
class Resolver {
  private readonly known = new Map<DnsName, SharedList<string>>();
  private readonly everywhere: ClusterEndings;
  private readonly behindHosts: Endings;
  /** What stands behind `service` for a Service of the same namespace. */
  private readonly behindOwn: Endings;
  /** What stands behind `service.namespace` for a Service of another one. */
  private readonly behindOthers: Endings;

  constructor(
    readonly namespace: string,
    readonly zone: string,
    cluster: Cluster,
    before?: Resolver,
  ) {
    this.everywhere = before?.zone === zone ? before.everywhere : clusterEndings(cluster);
    this.behindHosts = this.everywhere.behindHosts.in(namespace);
    this.behindOwn = this.everywhere.behindOwn.in(namespace);
    this.behindOthers = this.everywhere.behindOthers.in(namespace);
  }

  /** Sorted. */
  queries(name: DnsName): SharedList<string> {
    let queries = this.known.get(name);
    if (queries === undefined) {
      queries = this.asked(name);
      this.known.set(name, queries);
    }
    return queries;
  }

  private asked(name: DnsName): SharedList<string> {
    if (name.kind === 'host') return this.behindHosts.behind(name.host);
    // The first part of a name in the cluster is the Service, or any pod behind a headless one.
    const service = name.kind === 'pods' ? `*.${name.service}` : name.service;
    return name.namespace === this.namespace
      ? this.behindOwn.behind(service)
      : this.behindOthers.behind(`${service}.${name.namespace}`);
  }
}

let last = new Resolver('', zoneOf(DEFAULT_CLUSTER), DEFAULT_CLUSTER);
