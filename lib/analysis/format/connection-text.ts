import { printable } from '../../finding';
import { grouped } from '../../kube/grouped';
import type { L7Rule, Segment } from '../connection/connection';
import { LIMITS, PROTOCOLS } from '../graph/port-ranges';

/** More rules for requests than this are counted rather than written. */
const WRITTEN = 4;

/** Ports of one protocol on which the same is allowed. */
export interface PortGroup {
  readonly protocol: Segment['protocol'];
  /** `80,443-445`; `*` for all. */
  readonly ports: string;
  readonly l7: Segment['l7'];
  readonly authenticated: boolean;
}

const groups = new WeakMap<readonly Segment[], readonly PortGroup[]>();
const texts = new Map<number, WeakMap<readonly Segment[], string>>();

/** `TCP 80,443-445; TCP 53, UDP 53 {dns api.example.com}`, `all`. Cut where there are many rules for requests. */
export function connectionText(segments: readonly Segment[], most = WRITTEN): string {
  let known = texts.get(most);
  if (known === undefined) {
    known = new WeakMap();
    texts.set(most, known);
  }
  let text = known.get(segments);
  if (text === undefined) {
    text = isEverything(segments) ? 'all' : restrictions(segments, most).join('; ');
    known.set(segments, text);
  }
  return text;
}

/** Protocols that are restricted alike, as DNS over TCP and UDP, are told together. */
function restrictions(segments: readonly Segment[], most: number): readonly string[] {
  const ports = new Map<string, string[]>();
  for (const group of portGroups(segments)) {
    const { protocol, l7, authenticated } = group;
    const requests = l7.map((list) => ` {${l7Text(list, most)}}`).join('');
    const after = `${requests}${authenticated ? ' authenticated' : ''}`;
    const text = group.ports === '*' ? `all ${protocol}` : `${protocol} ${group.ports}`;
    // Without a restriction there is nothing to say once for all.
    const key = after === '' ? ` ${text}` : `${JSON.stringify(l7)}${after}`;
    const known = ports.get(key);
    if (known === undefined) ports.set(key, [text, after]);
    else known.splice(-1, 0, text);
  }
  return [...ports.values()].map((texts) => `${texts.slice(0, -1).join(', ')}${texts.at(-1)}`);
}

/** Segments that differ in nothing but their ports, together. */
export function portGroups(segments: readonly Segment[]): readonly PortGroup[] {
  let found = groups.get(segments);
  if (found === undefined) {
    const byWhat = grouped(
      segments,
      ({ protocol, authenticated, l7 }) => `${protocol} ${authenticated} ${JSON.stringify(l7)}`,
    );
    found = [...byWhat.values()].map((alike): PortGroup => {
      const { protocol, l7, authenticated } = alike[0] as Segment;
      return { protocol, ports: alike.map(portsText).join(','), l7, authenticated };
    });
    groups.set(segments, found);
  }
  return found;
}

/** Rules for requests as one text: those of a list are alternatives. */
export function l7Text(list: readonly L7Rule[], most = Number.POSITIVE_INFINITY): string {
  const protocols = [...new Set(list.map(({ protocol }) => protocol))].join(', ');
  if (list.length <= most) return `${protocols} ${list.map(({ rule }) => printable(rule)).join(' | ')}`;
  const written = plainest(list).slice(0, most);
  return `${protocols} ${written.map(({ rule }) => printable(rule)).join(' | ')} | … ${list.length - written.length} more`;
}

/** Without names that are others of the list with a search domain behind. */
function plainest(list: readonly L7Rule[]): readonly L7Rule[] {
  return list.filter(({ protocol, rule }) => {
    return protocol !== 'dns' || !list.some((other) => other.rule !== rule && rule.startsWith(`${other.rule}.`));
  });
}

function portsText({ protocol, first, last }: Segment): string {
  const [smallest, largest] = LIMITS[protocol];
  if (first === smallest && last === largest) return '*';
  return first === last ? String(first) : `${first}-${last}`;
}

/** Every port of TCP, UDP and SCTP, and, where the dialect decides about it, every type of ICMP. */
function isEverything(segments: readonly Segment[]): boolean {
  const whole = PROTOCOLS.filter((protocol) =>
    segments.some((segment) => {
      const isPlain = segment.l7.length === 0 && !segment.authenticated;
      return isPlain && segment.protocol === protocol && portsText(segment) === '*';
    }),
  );
  return whole.length === segments.length && (whole.length === PROTOCOLS.length || whole.join() === 'TCP,UDP,SCTP');
}
