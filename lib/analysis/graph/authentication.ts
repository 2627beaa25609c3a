import type { L7Rule } from '../connection/connection';
import type { RuleContent } from './connection-table';
import { blockBits, blockStarts, isEveryPort, type PortRange } from './port-ranges';

/**
 * Whether both ends have to authenticate on these ports, by the rules that allow them.
 *
 * A packet meets at most two entries of Cilium's policy map: the narrowest one for its peer, and the narrowest one for
 * everybody. An entry that says nothing takes over what the narrowest wider one for the same peer says. Of the two, the
 * one that goes to a proxy decides; else the narrower one, the peer's before everybody's; and if that says nothing
 * itself, `required` of the other one holds.
 *
 * What an entry takes over can get lost: if the wider entry comes later, Cilium hands down what it says, and stops at the
 * first entry below it that denies or says something itself, whether or not that one has anything to do with the others.
 * Whether it comes later is chance (the order of a Go map), so what can get lost does not count.
 *
 * @param range ports that no block of a rule divides, see blockBits
 * @param rules all rules for the same peers, those for other ports and those that deny, too
 * @see authPreferredInsert and lookup in pkg/policy/mapstate.go of Cilium 1.19; 1.19.4 drops `required` now and then for
 *   port 80 of a silent rule, if other rules require it for all ports and for port 22
 */
export function isAuthenticated(range: PortRange, rules: readonly RuleContent[]): boolean {
  const items = rules.filter(({ effect }) => effect === 'allow').flatMap((content) => itemsOf(content, range));
  if (items.every(({ content }) => content.authentication === undefined)) return false;
  const everybody = items.filter(({ content }) => content.forEveryone);
  // What says the same about a peer as the same ports say about everybody is left out, except for all ports.
  const isRepeated = (item: Item) =>
    item.prefix > ALL_PORTS &&
    everybody.some((other) => {
      const saysSame = other.content.authentication === item.content.authentication && other.redirect === item.redirect;
      return other.ports === item.ports && saysSame;
    });
  const own = narrowest(
    items.filter((item) => !item.content.forEveryone && !isRepeated(item)),
    rules.filter(({ forEveryone }) => !forEveryone),
    range,
  );
  const common = narrowest(
    everybody,
    rules.filter(({ forEveryone }) => forEveryone),
    range,
  );
  if (own === undefined || common === undefined) return (own ?? common)?.required === true;
  if (own.redirect !== common.redirect) return (own.redirect > common.redirect ? own : common).required;
  const [chosen, other] = common.prefix > own.prefix ? [common, own] : [own, common];
  return chosen.required || (!chosen.isExplicit && other.required);
}

/** What a rule says about the ports, for one of its ranges. */
interface Item {
  readonly content: RuleContent;
  /** Tells the ranges of rules apart; to Cilium a name is another port than its number. */
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

/** Prefix of an entry for all ports of a protocol, and of one for a single port. */
const ALL_PORTS = 8;
const ONE_PORT = 24;

/** @see the listener priorities in pkg/policy/types/entry.go of Cilium 1.19 */
const PRECEDENCE: Readonly<Record<string, number>> = { http: 5, kafka: 4, l7: 3, sni: 2, dns: 1 };

function itemsOf(content: RuleContent, range: PortRange): readonly Item[] {
  const redirect = redirectOf(content.l7);
  if (content.allPorts) return [{ content, ports: 'all', prefix: 0, redirect }];
  return content.ranges.flatMap((ports): Item[] => {
    const holds = ports.protocol === range.protocol && ports.first <= range.first && range.last <= ports.last;
    if (!holds) return [];
    const prefix = ALL_PORTS + (isEveryPort(ports) ? 0 : blockBits(ports, range.first));
    return [{ content, ports: ports.portName ?? `${ports.first}-${ports.last}`, prefix, redirect }];
  });
}

function redirectOf(l7: readonly L7Rule[] | undefined): number {
  if (l7 === undefined) return 0;
  return Math.max(1, ...l7.map(({ protocol }) => PRECEDENCE[protocol] ?? 0));
}

/** @param rules all that make entries for the same peer */
function narrowest(items: readonly Item[], rules: readonly RuleContent[], range: PortRange): Entry | undefined {
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
    const isTakenOver = said?.required === true && !canGetLost(said.prefix, entry.prefix, rules, range);
    const required = entry.isExplicit ? entry.required : isTakenOver;
    last = { ...entry, redirect: Math.max(proxied, entry.redirect), required };
    proxied = last.redirect;
    if (entry.isExplicit) said = entry;
  }
  return last;
}

/**
 * Whether what the entry of one prefix says may not arrive at the one of a longer prefix, both for the same ports:
 * another entry below the first, before the second or beside it, may stop it.
 */
function canGetLost(
  wide: number,
  narrow: number,
  rules: readonly RuleContent[],
  { protocol, first }: PortRange,
): boolean {
  const block = (bits: number, port: number) => Math.floor(port / 2 ** (ONE_PORT - bits));
  const isBelow = (other: PortRange, port: number, bits: number) => {
    if (wide < ALL_PORTS) return true;
    return other.protocol === protocol && bits > wide && block(wide, port) === block(wide, first);
  };
  return rules
    .filter(({ effect, authentication, allPorts }) => !allPorts && (effect === 'deny' || authentication !== undefined))
    .flatMap(({ ranges }) => ranges)
    .some((other) => {
      const every = isEveryPort(other);
      return (every ? [other.first] : blockStarts(other)).some((port) => {
        const bits = ALL_PORTS + (every ? 0 : blockBits(other, port));
        const holdsBoth = other.protocol === protocol && block(bits, port) === block(bits, first);
        return bits <= narrow && isBelow(other, port, bits) && !holdsBoth;
      });
    });
}

/** Of two entries for the same ports the one that says something counts, and `required` more than `disabled`. */
function merged(a: Entry, b: Entry): Entry {
  const redirect = Math.max(a.redirect, b.redirect);
  if (a.isExplicit !== b.isExplicit) return { ...(a.isExplicit ? a : b), redirect };
  return { ...a, redirect, required: a.required || b.required };
}
