import ipaddr from 'ipaddr.js';
import { InvalidValueError, type Problem } from '../finding';
import { METADATA_ADDRESSES, metadataCidr } from './metadata-address';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Parsed = readonly [Address, number];

/** A range of addresses outside the cluster, less its exceptions. */
export interface CidrRange {
  /** Canonical text, host bits zero (`203.0.113.0/24`). */
  readonly cidr: string;
  /** Ranges inside `cidr` that stay unreachable, sorted; always holds the metadata addresses that lie inside. */
  readonly except: readonly string[];
}

/** Widest ranges that may be named: anything wider is the internet by another name. */
export const SHORTEST_PREFIX = { ipv4: 8, ipv6: 16 } as const;

const IPV4_CIDR = /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}\/\d+$/;
/** Ranges of RFC 4291, 6052, 6145, 3056 and 4380 that carry an IPv4 address inside an IPv6 one. */
const EMBEDS_IPV4 = new Set(['ipv4Mapped', 'rfc6145', 'rfc6052', '6to4', 'teredo']);
const NEVER_A_PEER = new Set(['unspecified', 'loopback', 'linkLocal', 'multicast', 'broadcast']);

function parse(text: string): Parsed | undefined {
  try {
    const parsed = ipaddr.parseCIDR(text);
    return parsed[0].kind() === 'ipv6' || IPV4_CIDR.test(text) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function family(address: Address): 'ipv4' | 'ipv6' {
  return address.kind();
}

function network([address, prefix]: Parsed): string {
  const base =
    address.kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(`${address}/${prefix}`)
      : ipaddr.IPv6.networkAddressFromCIDR(`${address}/${prefix}`);
  return `${base}/${prefix}`;
}

function contains(outer: Parsed, inner: Parsed): boolean {
  return family(outer[0]) === family(inner[0]) && outer[1] <= inner[1] && matches(inner[0], outer);
}

function matches(address: Address, range: Parsed): boolean {
  return (address as ipaddr.IPv6).match(range[0] as ipaddr.IPv6, range[1]);
}

/** What keeps a text from being a range of addresses that an edge may name. */
export function cidrProblem(text: string): Problem | undefined {
  if (ipaddr.isValid(text) && !text.includes('/')) {
    return { message: `'${text}' is an address, not a CIDR`, fix: `write ${text}/${text.includes(':') ? 128 : 32}` };
  }
  const parsed = parse(text);
  if (parsed === undefined) {
    return { message: `'${text}' is not a CIDR`, fix: 'write an address and a prefix length, such as 203.0.113.0/24' };
  }
  return rangeProblem(text, parsed);
}

function rangeProblem(text: string, parsed: Parsed): Problem | undefined {
  const [address, prefix] = parsed;
  const kind = family(address);
  if (prefix < SHORTEST_PREFIX[kind]) {
    return {
      message: `'${text}' covers ${prefix === 0 ? 'the whole internet' : 'a large part of the internet'}`,
      fix: `name the hosts, or ranges of /${SHORTEST_PREFIX[kind]} at the widest`,
    };
  }
  if (kind === 'ipv6' && EMBEDS_IPV4.has(address.range())) {
    return {
      message: `'${text}' is an IPv4 address in IPv6 clothes (${address.range()})`,
      fix: 'write the IPv4 range itself',
    };
  }
  if (METADATA_ADDRESSES.some((metadata) => contains(parse(metadataCidr(metadata)) as Parsed, parsed))) {
    return {
      message: `'${text}' is a cloud metadata address, which hands out credentials`,
      fix: 'remove it; give the workload its own identity instead',
    };
  }
  if (NEVER_A_PEER.has(address.range())) {
    return {
      message: `'${text}' is a ${address.range()} range, which is never outside the cluster`,
      fix: 'name the address that the system is routed under',
    };
  }
  const canonical = network(parsed);
  if (ipaddr.parseCIDR(canonical)[0].toNormalizedString() !== address.toNormalizedString()) {
    return { message: `'${text}' has host bits set`, fix: `write ${canonical}` };
  }
  return undefined;
}

function exceptProblem(text: string, outer: Parsed): Problem | undefined {
  const parsed = parse(text);
  const range = network(outer);
  if (parsed === undefined)
    return { message: `exception '${text}' is not a CIDR`, fix: `name a range inside ${range}` };
  if (!contains(outer, parsed) || outer[1] === parsed[1]) {
    return {
      message: `exception '${text}' is not strictly inside ${range}`,
      fix: `name a smaller range inside ${range}`,
    };
  }
  return network(parsed) === `${parsed[0]}/${parsed[1]}`
    ? undefined
    : { message: `exception '${text}' has host bits set`, fix: `write ${network(parsed)}` };
}

/** First problem of a range and its exceptions. */
export function cidrRangeProblem(cidr: string, except: readonly string[] = []): Problem | undefined {
  const problem = cidrProblem(cidr);
  if (problem !== undefined) return problem;
  const outer = parse(cidr) as Parsed;
  for (const inner of except) {
    const inside = exceptProblem(inner, outer);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/**
 * Checks a range, adds the metadata addresses inside it to its exceptions, and freezes the result.
 * @throws InvalidValueError for anything that cidrRangeProblem names
 */
export function cidrRange(cidr: string, except: readonly string[] = []): CidrRange {
  const problem = cidrRangeProblem(cidr, except);
  if (problem !== undefined) throw new InvalidValueError(problem);
  const outer = parse(cidr) as Parsed;
  return Object.freeze({ cidr: network(outer), except: Object.freeze(withMetadata(outer, except)) });
}

function withMetadata(outer: Parsed, except: readonly string[]): string[] {
  const inside = METADATA_ADDRESSES.map(metadataCidr).filter((metadata) => contains(outer, parse(metadata) as Parsed));
  const given = except.map((text) => network(parse(text) as Parsed));
  const uncovered = inside.filter((metadata) => {
    const parsed = parse(metadata) as Parsed;
    return !given.some((range) => contains(parse(range) as Parsed, parsed));
  });
  return [...new Set([...given, ...uncovered])].sort();
}

/**
 * The internet less everything that is private, local or a metadata address, in both families: what an edge to
 * Peer.internet() reaches. In-cluster addresses are excluded because plain NetworkPolicy `ipBlock` may match pods.
 */
export const INTERNET: readonly CidrRange[] = Object.freeze([
  Object.freeze({
    cidr: '0.0.0.0/0',
    except: Object.freeze([
      '0.0.0.0/8',
      '10.0.0.0/8',
      '100.64.0.0/10',
      '127.0.0.0/8',
      '168.63.129.16/32',
      '169.254.0.0/16',
      '172.16.0.0/12',
      '192.0.0.0/24',
      '192.168.0.0/16',
      '198.18.0.0/15',
      '224.0.0.0/3',
    ]),
  }),
  Object.freeze({ cidr: '2000::/3', except: Object.freeze(['2002::/16', '2001::/32']) }),
]);
