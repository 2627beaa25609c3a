import type { L7Rule } from '../connection/connection';
import type { RuleContent } from './connection-table';
import { blockBits, isEveryPort, type PortRange } from './port-ranges';

/**
 * Whether both ends have to authenticate on these ports, by the rules that allow them.
 *
 * A packet meets at most two entries of Cilium's policy map: the narrowest one for its peer, and the narrowest one for
 * everybody. An entry that says nothing takes over what the narrowest wider one for the same peer says. Of the two, the
 * one that goes to a proxy decides; else the narrower one, the peer's before everybody's; and if that says nothing
 * itself, `required` of the other one holds.
 *
 * @param range ports that no block of a rule divides, see blockBits
 * @see authPreferredInsert and lookup in pkg/policy/mapstate.go of Cilium 1.19
 */
export function isAuthenticated(range: PortRange, allowing: readonly RuleContent[]): boolean {
  if (allowing.every(({ authentication }) => authentication === undefined)) return false;
  const items = allowing.flatMap((content) => itemsOf(content, range));
  const everybody = items.filter(({ content }) => content.forEveryone);
  // What says the same about a peer as the same ports say about everybody is left out, except for all ports.
  const isRepeated = (item: Item) =>
    item.prefix > ALL_PORTS &&
    everybody.some((other) => {
      const saysSame = other.content.authentication === item.content.authentication && other.redirect === item.redirect;
      return other.ports === item.ports && saysSame;
    });
  const own = narrowest(items.filter((item) => !item.content.forEveryone && !isRepeated(item)));
  const common = narrowest(everybody);
  if (own === undefined || common === undefined) return (own ?? common)?.required === true;
  if (own.redirect !== common.redirect) return (own.redirect > common.redirect ? own : common).required;
  const [chosen, other] = common.prefix > own.prefix ? [common, own] : [own, common];
  return chosen.required || (!chosen.isExplicit && other.required);
}

/** What a rule says about the ports, for one of its ranges. */
interface Item {
  readonly content: RuleContent;
  /** Tells the ranges of rules apart. */
  readonly ports: string;
  readonly prefix: number;
  readonly redirect: number;
}

/** An entry of the policy map. */
interface Entry {
  /** Bits of the key that count; the more, the narrower. */
  readonly prefix: number;
  /** Precedence of the proxy that packets are sent to; 0 for none. */
  readonly redirect: number;
  /** Whether a rule for these very ports says something. */
  readonly isExplicit: boolean;
  readonly required: boolean;
}

/** Prefix of an entry for all ports of a protocol. */
const ALL_PORTS = 8;

/** @see the listener priorities in pkg/policy/types/entry.go of Cilium 1.19 */
const PRECEDENCE: Readonly<Record<string, number>> = { http: 5, kafka: 4, l7: 3, sni: 2, dns: 1 };

function itemsOf(content: RuleContent, range: PortRange): readonly Item[] {
  const redirect = redirectOf(content.l7);
  if (content.allPorts) return [{ content, ports: 'all', prefix: 0, redirect }];
  return content.ranges.flatMap((ports): Item[] => {
    const holds = ports.protocol === range.protocol && ports.first <= range.first && range.last <= ports.last;
    if (!holds) return [];
    const prefix = ALL_PORTS + (isEveryPort(ports) ? 0 : blockBits(ports, range.first));
    return [{ content, ports: `${ports.first}-${ports.last}`, prefix, redirect }];
  });
}

function redirectOf(l7: readonly L7Rule[] | undefined): number {
  if (l7 === undefined) return 0;
  return Math.max(1, ...l7.map(({ protocol }) => PRECEDENCE[protocol] ?? 0));
}

function narrowest(items: readonly Item[]): Entry | undefined {
  const byPrefix = new Map<number, Entry>();
  for (const { prefix, redirect, content } of items) {
    const isExplicit = content.authentication !== undefined;
    const entry = { prefix, redirect, isExplicit, required: content.authentication === 'required' };
    const known = byPrefix.get(prefix);
    byPrefix.set(prefix, known === undefined ? entry : merged(known, entry));
  }
  let last: Entry | undefined;
  let proxied = 0;
  let said: Entry | undefined;
  for (const entry of [...byPrefix.values()].sort((a, b) => a.prefix - b.prefix)) {
    // An entry under a wider one that goes to a proxy is only kept for what it says about authentication.
    if (proxied > entry.redirect && !entry.isExplicit) continue;
    const required = entry.isExplicit ? entry.required : said?.required === true;
    last = { ...entry, redirect: Math.max(proxied, entry.redirect), required };
    proxied = last.redirect;
    if (entry.isExplicit) said = entry;
  }
  return last;
}

/** Of two entries for the same ports the one that says something counts, and `required` more than `disabled`. */
function merged(a: Entry, b: Entry): Entry {
  const redirect = Math.max(a.redirect, b.redirect);
  if (a.isExplicit !== b.isExplicit) return { ...(a.isExplicit ? a : b), redirect };
  return { ...a, redirect, required: a.required || b.required };
}
