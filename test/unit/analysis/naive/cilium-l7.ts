import type { Entry, PortFilter } from './cilium-entries';
import type { Peer } from './cilium-identity';
import type { HttpRule, PortRule } from './policy';

/** What all rules together say about one selector on one port or range. */
export interface Item {
  /** Rules with the same ports share a filter, and Cilium merges what they say about the same selector. */
  readonly filterKey: string;
  readonly filter: PortFilter;
  readonly peer: Peer;
  readonly deny: boolean;
  readonly authentication?: string | undefined;
  /** Precedence of the proxy that the packet is sent to; 0 for none. */
  readonly redirect: number;
  readonly l7?: L7 | undefined;
  readonly serverNames?: readonly string[] | undefined;
  /** Allowed by the datapath without any policy. */
  readonly isUnknownToProxies?: boolean;
}

interface L7 {
  readonly kind: Kind;
  /** As `protocol rule`. */
  readonly rules: readonly string[];
  /** One of the merged rules lets every request through. */
  readonly isOpen: boolean;
}

type Kind = 'http' | 'kafka' | 'l7' | 'dns';

/** Rules of higher precedence first; the proxy for server names comes between those for requests and the one for DNS. */
const PRECEDENCE: Readonly<Record<Kind | 'sni', number>> = { http: 5, kafka: 4, l7: 3, sni: 2, dns: 1 };

export function mergeItems(entries: readonly Entry[]): Item[] {
  const items = new Map<string, Item>();
  for (const entry of entries) {
    for (const filter of entry.ports) {
      for (const peer of entry.peers) {
        const item = itemOf(entry, filter, peer);
        const key = `${item.filterKey} ${peer.key}`;
        const known = items.get(key);
        items.set(key, known === undefined ? item : merge(known, item));
      }
    }
  }
  return [...items.values()];
}

function itemOf(entry: Entry, filter: PortFilter, peer: Peer): Item {
  const { protocol, port, endPort, name = '' } = filter;
  const filterKey = `${protocol} ${name === '' ? `${port}-${endPort}` : name}`;
  if (entry.deny) return { filterKey, filter, peer, deny: true, redirect: 0 };
  const l7 = l7RulesOf(filter.rules);
  const serverNames = filter.serverNames ?? [];
  const proxies = [l7?.kind, serverNames.length > 0 ? ('sni' as const) : undefined];
  const redirect = Math.max(...proxies.map((kind) => (kind === undefined ? 0 : PRECEDENCE[kind])));
  return { filterKey, filter, peer, deny: false, authentication: entry.authentication, redirect, l7, serverNames };
}

/** Two rules for the same selector on the same port. */
function merge(a: Item, b: Item): Item {
  if (a.deny || b.deny) return a.deny ? a : b;
  const modes = [a.authentication, b.authentication];
  return {
    ...a,
    // `required` and `disabled` are an error to Cilium, which then keeps what was there before.
    authentication: modes.includes('required') ? 'required' : (a.authentication ?? b.authentication),
    redirect: Math.max(a.redirect, b.redirect),
    l7: mergeL7(a.l7, b.l7),
    // Here a rule without server names does not lift the restriction of the other one.
    serverNames: [...(a.serverNames ?? []), ...(b.serverNames ?? [])],
  };
}

function mergeL7(a: L7 | undefined, b: L7 | undefined): L7 | undefined {
  const either = a ?? b;
  if (either === undefined) return undefined;
  if (a === undefined || b === undefined || a.kind !== b.kind) return { ...either, isOpen: true };
  return { kind: a.kind, rules: [...a.rules, ...b.rules], isOpen: a.isOpen || b.isOpen };
}

function l7RulesOf(rules: PortRule['rules'] = {}): L7 | undefined {
  const { http = [], dns = [], kafka = [], l7 = [] } = rules;
  if (http.length > 0) {
    return { kind: 'http', rules: http.map((rule) => `http ${httpText(rule)}`), isOpen: http.some(isOpenHttp) };
  }
  if (dns.length > 0) {
    const names = dns.map(({ matchName, matchPattern = '' }) => matchName ?? matchPattern);
    const isOpen = names.some((name) => /^\*+\.?$/.test(name));
    return { kind: 'dns', rules: names.map((name) => `dns ${name.toLowerCase().replace(/\.$/, '')}`), isOpen };
  }
  if (kafka.length > 0) {
    return { kind: 'kafka', rules: kafka.map((rule) => `kafka ${JSON.stringify(rule)}`), isOpen: false };
  }
  const texts = l7.map((rule) => `l7 ${JSON.stringify(rule)}`);
  return l7.length === 0
    ? undefined
    : { kind: 'l7', rules: texts, isOpen: l7.some((rule) => Object.keys(rule).length === 0) };
}

/** `GET /v1`; `*` for what may be anything. */
function httpText({ method = '', path = '', ...others }: HttpRule): string {
  const rest = Object.keys(others).length === 0 ? '' : ` ${JSON.stringify(others)}`;
  return `${method === '' ? '*' : method} ${path === '' ? '*' : path}${rest}`;
}

function isOpenHttp({ method = '', path = '', host = '', headers = [] }: HttpRule): boolean {
  return method === '' && path === '' && host === '' && headers.length === 0;
}

/** What the proxies ask of a request, given all that allows the packet. */
export function l7Of(all: readonly Item[]): string[][] {
  const items = all.filter(({ isUnknownToProxies }) => isUnknownToProxies !== true);
  if (items.length === 0) return [];
  const lists: string[][] = [];
  // Envoy knows all rules for the port, and one that asks nothing lets every request through.
  for (const kind of ['http', 'kafka', 'l7'] as const) {
    if (items.every(({ l7 }) => l7?.kind === kind && !l7.isOpen))
      lists.push(items.flatMap(({ l7 }) => l7?.rules ?? []));
  }
  const isNamed = ({ filter, serverNames = [] }: Item) => serverNames.length > 0 && !isEveryPort(filter);
  if (items.every(isNamed))
    lists.push(items.flatMap(({ serverNames = [] }) => serverNames.map((name) => `sni ${name}`)));
  // The DNS proxy only knows the rules for exactly this port, not those for all ports or for a range.
  const filters = new Set(items.filter(({ l7 }) => l7?.kind === 'dns').map(({ filterKey }) => filterKey));
  const dns = items.filter(({ filterKey }) => filters.has(filterKey));
  if (dns.length > 0 && dns.every(({ l7 }) => l7?.kind === 'dns' && !l7.isOpen)) {
    lists.push(dns.flatMap(({ l7 }) => l7?.rules ?? []));
  }
  return lists;
}

function isEveryPort({ port, name, endPort }: PortFilter): boolean {
  return name === undefined && port === 0 && (endPort === 0 || endPort === 65535);
}
