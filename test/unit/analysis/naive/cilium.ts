import type { Protocol } from '../../../../lib/analysis/connection/connection';
import { isAuthenticated, type Key } from './cilium-authentication';
import { type CiliumSetup, type Entry, entriesOf, type PortFilter } from './cilium-entries';
import { type Identity, identityOf, labelPeer } from './cilium-identity';
import { type Item, l7Of, mergeItems } from './cilium-l7';
import type { Target, Verdict } from './evaluate';
import { label } from './policy';

/** What Cilium does with a packet: both ends decide, and what either asks of it is asked. */
export function ciliumVerdict(setup: CiliumSetup, from: Target, to: Target, protocol: Protocol, port: number): Verdict {
  const entries = entriesOf(setup);
  const packet = { protocol, port };
  const egress = oneWay(setup, entries, false, from, to, packet);
  const ingress = oneWay(setup, entries, true, to, from, packet);
  if (!egress.allowed || !ingress.allowed) return DENIED;
  const l7 = [...egress.l7, ...ingress.l7].map((list) => [...new Set(list)].sort());
  return {
    allowed: true,
    l7: l7.sort((a, b) => (a.join('\n') < b.join('\n') ? -1 : 1)),
    authenticated: egress.authenticated || ingress.authenticated,
  };
}

const DENIED: Verdict = { allowed: false, l7: [], authenticated: false };
const FREE: Verdict = { allowed: true, l7: [], authenticated: false };

interface Packet {
  readonly protocol: Protocol;
  readonly port: number;
}

function oneWay(
  setup: CiliumSetup,
  entries: readonly Entry[],
  ingress: boolean,
  subject: Target,
  peer: Target,
  packet: Packet,
): Verdict {
  if (!isEndpoint(subject) || (setup.options.onlyPodsDecide === true && subject.kind !== 'pod')) return FREE;
  const identity = identityOf(setup.manifests, subject);
  const other = identityOf(setup.manifests, peer);
  const mine = entries.filter((entry) => entry.ingress === ingress && entry.subject.matches(identity));
  const isInit = identity.labels.has('reserved:init');
  if (mine.length === 0 && !isInit) return FREE;
  const defaultDeny = isInit || mine.some((entry) => entry.defaultDeny);
  const items = itemsFor(mine, { defaultDeny, fromHost: ingress && peer.kind === 'host' })
    .filter((item) => item.peer.matches(other))
    .map((item) => {
      const resolve = () => portNamed(setup, item.filter, ingress, subject);
      return { ...item, resolve, prefix: prefixOf(item.filter, packet, resolve) };
    });
  const matching = items.flatMap((item) => (item.prefix === undefined ? [] : [{ ...item, prefix: item.prefix }]));
  if (matching.length === 0 || matching.some(({ deny }) => deny)) return DENIED;
  const bystanders = items
    .filter(({ prefix }) => prefix === undefined && setup.options.authenticationArrives !== true)
    .map((item) => ({ item, keys: keysOf(item.filter, item.resolve) }));
  const authenticated = isAuthenticated(matching, packet, bystanders);
  return { allowed: true, l7: defaultDeny ? l7Of(matching) : [], authenticated };
}

/** Policies hold pods and a few ends that Cilium runs itself; nodes only with the host firewall, and the world never. */
function isEndpoint(target: Target): boolean {
  return target.kind === 'pod' || (target.kind === 'entity' && ['ingress', 'health', 'init'].includes(target.entity));
}

function itemsFor(
  entries: readonly Entry[],
  { defaultDeny, fromHost }: { readonly defaultDeny: boolean; readonly fromHost: boolean },
): Item[] {
  const items = mergeItems(entries);
  const everything = { protocol: 'ANY', port: 0, endPort: 0 };
  const plain = { filterKey: 'ANY 0-0', filter: everything, deny: false, redirect: 0 };
  // Where nothing denies by default there is one more rule, for everyone.
  if (!defaultDeny) items.push({ ...plain, peer: labelPeer([]) });
  if (!fromHost) return items;
  // The node may always reach its pods. Proxies do not know; they let it pass unless a rule there names the node itself.
  const host = labelPeer([label('reserved:host', '')]);
  const isNode: Identity = { labels: new Map([['reserved:host', '']]) };
  const proxied = items.filter(({ redirect, peer }) => redirect > 0 && peer.matches(isNode));
  const open = proxied
    .filter(({ filterKey }) => !items.some((item) => item.filterKey === filterKey && item.peer.key === host.key))
    .map(({ filterKey, filter }) => ({ filterKey, filter, deny: false, redirect: 0, peer: host }));
  return [...items, ...open, { ...plain, peer: host, isUnknownToProxies: true }];
}

/**
 * Bits of the policy map's key that a packet has to share with the part of a filter that holds it: 8 for the protocol
 * and up to 16 for the port, since a range is cut into blocks. Undefined if the packet is not in the filter.
 */
function prefixOf(filter: PortFilter, packet: Packet, resolve: () => number | undefined): number | undefined {
  if (filter.protocol === 'ANY') return 0;
  if (filter.protocol !== packet.protocol) return undefined;
  const first = filter.name === undefined ? filter.port : resolve();
  if (first === undefined) return undefined;
  if (first === 0 && (filter.endPort === 0 || filter.endPort === 65535)) return 8;
  const last = Math.max(first, filter.endPort);
  for (let bits = 0; bits <= 16; bits += 1) {
    const size = 2 ** (16 - bits);
    const start = packet.port - (packet.port % size);
    if (first <= start && start + size - 1 <= last) return 8 + bits;
  }
  return undefined;
}

const known = new Map<string, readonly Key[]>();

/** The keys of all entries that a filter makes, port by port, found out once. */
function keysOf(filter: PortFilter, resolve: () => number | undefined): readonly Key[] {
  const { protocol, endPort } = filter;
  const first = filter.name === undefined ? filter.port : resolve();
  if (first === undefined) return [];
  const name = `${protocol} ${first}-${endPort}`;
  const found = known.get(name);
  if (found !== undefined) return found;
  const last = first === 0 && endPort === 0 ? 0 : Math.max(first, endPort);
  const ports = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const keys = new Map<string, Key>();
  for (const port of ports) {
    const prefix = prefixOf(filter, { protocol: protocol as Protocol, port }, () => first);
    if (prefix === undefined) continue;
    const size = 2 ** (24 - prefix);
    keys.set(`${prefix} ${Math.floor(port / size)}`, { protocol, port, prefix });
  }
  known.set(name, [...keys.values()]);
  return [...keys.values()];
}

/** The number of a named port: the pod's own on ingress; on egress the one number that all pods of the cluster agree on. */
function portNamed(
  { manifests }: CiliumSetup,
  { name, protocol }: PortFilter,
  ingress: boolean,
  subject: Target,
): number | undefined {
  const own = subject.kind === 'pod' ? [subject.workload] : [];
  const workloads = ingress ? own : manifests.workloads.filter(({ hostNetwork }) => !hostNetwork);
  const numbers = workloads
    .flatMap(({ ports }) => ports)
    .filter((port) => port.name === name && port.protocol === protocol)
    .map(({ port }) => port);
  return new Set(numbers).size === 1 ? numbers[0] : undefined;
}
