import { grouped } from '../../kube/grouped';
import { normalizeHost } from '../../model/host';
import { splitHost, standsFor } from '../../model/host-pattern';
import type { ProposedEntry } from './sighting';

/** An entry of an allowlist as an environment file writes it. */
export interface WrittenEntry {
  readonly host?: unknown;
  readonly ports?: unknown;
  readonly protocol?: unknown;
}

/** An entry to write. */
export interface NewEntry {
  readonly host: string;
  readonly protocol: ProposedEntry['protocol'];
  readonly ports: readonly number[];
  readonly purpose: string;
}

/** What an allowlist lacks of what is proposed, one entry for each host and protocol. */
export function missingEntries(
  proposed: readonly ProposedEntry[],
  written: readonly WrittenEntry[],
): readonly NewEntry[] {
  const missing = proposed.filter((entry) => !written.some((known) => covers(known, entry)));
  const byHost = grouped(missing, ({ host, protocol }) => `${host} ${protocol}`);
  return [...byHost.values()].map((entries) => {
    const { host, protocol } = entries[0] as ProposedEntry;
    return { host, protocol, ports: entries.map(({ port }) => port), purpose: purposeOf(entries) };
  });
}

const DEFAULT_PORTS = [443];

function covers({ host, ports = DEFAULT_PORTS, protocol = 'TCP' }: WrittenEntry, entry: ProposedEntry): boolean {
  if (typeof host !== 'string' || protocol !== entry.protocol || !Array.isArray(ports)) return false;
  if (!standsFor(splitHost(normalizeHost(host)), entry.host)) return false;
  return ports.some((port: unknown) => {
    if (typeof port !== 'object' || port === null) return port === entry.port;
    const { from, to } = port as { readonly from?: unknown; readonly to?: unknown };
    return typeof from === 'number' && typeof to === 'number' && from <= entry.port && entry.port <= to;
  });
}

/** Nobody but people know what for; until they say so, reviewers read where the entry comes from. */
function purposeOf(entries: readonly ProposedEntry[]): string {
  const count = entries.reduce((sum, entry) => sum + entry.count, 0);
  const days = entries.flatMap(({ first, last }) => [first, last]).flatMap((time) => time?.slice(0, 10) ?? []);
  const [from = '', to = from] = [days.sort()[0], days.at(-1)];
  const when = from === '' ? '' : from === to ? ` on ${from}` : ` from ${from} to ${to}`;
  return `Learned from ${count} ${count === 1 ? 'use' : 'uses'}${when}; say what it is for`;
}
