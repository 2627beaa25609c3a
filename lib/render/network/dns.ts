import { type Cluster, DEFAULT_CLUSTER } from '../../model/cluster';
import type { DnsName } from '../../model/edge';
import { type Likeness, SharedList } from '../../model/shared';
import { byText, distinctTexts, sortShort } from '../../model/short-list';

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

/** How queries go on, for each kind of name, in every namespace of one cluster. */
interface ClusterEndings {
  readonly behindHosts: AnyEndings;
  readonly behindOwn: AnyEndings;
  readonly behindOthers: AnyEndings;
}

function clusterEndings({ domain, searchDomains }: Cluster): ClusterEndings {
  const services = `.svc.${domain}`;
  const search = [`.${NAMESPACE}${services}`, services, `.${domain}`, ...searchDomains.map((name) => `.${name}`)];
  const others = ['', '.svc', services].flatMap((spelling) => asked(spelling, search, services));
  const own = others.map((ending) => `.${NAMESPACE}${ending}`);
  return {
    behindHosts: new AnyEndings(asked('', search, '')),
    behindOwn: new AnyEndings([...asked('', search, `.${NAMESPACE}${services}`), ...own]),
    behindOthers: new AnyEndings(others),
  };
}

/** In capitals, so that they are in no name of DNS or Kubernetes. */
const NAMESPACE = 'NAMESPACE';
const STEM = 'STEM';

/** Endings with NAMESPACE in place of the namespace whose pods ask. */
class AnyEndings {
  /** What is around NAMESPACE in each. */
  private pieces: readonly (readonly string[])[];
  /** What is asked for STEM, in the order of the pieces. */
  private pattern: SharedList<string>;
  private readonly areOrdinary: boolean;

  constructor(endings: readonly string[]) {
    this.pieces = [...new Set(endings)].map((ending) => ending.split(NAMESPACE));
    this.pattern = this.patternOf(this.pieces);
    this.areOrdinary = this.pieces.flat().every((piece) => /^[a-z0-9.-]*$/.test(piece));
  }

  in(namespace: string): Endings {
    if (!this.areOrdinary || !LABEL.test(namespace)) return new Endings(distinctTexts(this.endings(namespace)));
    if (!isAscending(this.endings(namespace))) this.sortFor(namespace);
    const endings = this.endings(namespace);
    // In a namespace `svc` two of them are one.
    if (!isAscending(endings)) return new Endings(distinctTexts(endings));
    return new Endings(endings, { pattern: this.pattern, of: NAMESPACE, is: namespace });
  }

  private endings(namespace: string): string[] {
    return this.pieces.map((pieces) => pieces.join(namespace));
  }

  /** The order of two endings may depend on the namespace; for most of them it is the same. */
  private sortFor(namespace: string): void {
    const sorted = this.pieces.map((pieces) => ({ pieces, text: pieces.join(namespace) }));
    this.pieces = sorted.sort((a, b) => byText(a.text, b.text)).map(({ pieces }) => pieces);
    this.pattern = this.patternOf(this.pieces);
  }

  private patternOf(all: AnyEndings['pieces']): SharedList<string> {
    return new SharedList(() => all.map((pieces) => STEM + pieces.join(NAMESPACE)));
  }
}

const LABEL = /^[a-z0-9-]+$/;

function isAscending(texts: readonly string[]): boolean {
  return texts.every((text, index) => index === 0 || (texts[index - 1] as string) < text);
}

/** Endings in one namespace. */
class Endings {
  private readonly longest: number;
  /** True if none is empty: then no query is a word like `on`, which YAML takes for something else. */
  private readonly haveDots: boolean;
  private readonly pattern: SharedList<string>;

  /**
   * @param endings sorted
   * @param likeness of what is asked for STEM; undefined if it is like nothing
   */
  constructor(
    private readonly endings: readonly string[],
    private readonly likeness?: Likeness<string>,
  ) {
    this.longest = Math.max(...endings.map(({ length }) => length));
    this.haveDots = endings.every((ending) => ending !== '');
    this.pattern = new SharedList(() => endings.map((ending) => STEM + ending), likeness);
  }

  /** What is asked for a name that starts with a stem, sorted. */
  behind(stem: string): SharedList<string> {
    const queries = () => this.endings.map((ending) => stem + ending).filter(canBeAsked);
    const isLikeOthers = this.likeness !== undefined && stem.length + this.longest <= MOST_CHARACTERS;
    if (!isLikeOthers || !PLAIN_NAME.test(stem) || !(this.haveDots || stem.includes('.')))
      return new SharedList(queries);
    return new SharedList(queries, { pattern: this.pattern, of: STEM, is: stem });
  }
}

/** A name that is written without quotes and is no pattern. */
const PLAIN_NAME = /^[a-z][a-z0-9.-]*$/;
const MOST_CHARACTERS = 253;

let last = new Resolver('', zoneOf(DEFAULT_CLUSTER), DEFAULT_CLUSTER);

/**
 * No resolver asks for a name of more than 253 characters, which a long host becomes with a search domain behind it;
 * and Cilium refuses a policy that holds one of more than 255.
 */
function canBeAsked(query: string): boolean {
  return query.length <= MOST_CHARACTERS || query.replace(/^\*\*\./, '*.').length <= MOST_CHARACTERS;
}

/**
 * What a resolver asks for a spelling, up to the query that succeeds.
 * @param search what its search list puts behind names, with the dot
 */
function asked(spelling: string, search: readonly string[], found: string): string[] {
  const queries = search.map((domain) => spelling + domain);
  const success = queries.indexOf(found);
  if (success >= 0) return queries.slice(0, success + 1);
  return spelling === found ? [...queries, spelling] : queries;
}
