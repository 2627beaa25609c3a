import ipaddr from 'ipaddr.js';
import { InvalidValueError, type Problem, quoted } from '../finding';
import {
  ADDRESS_BITS,
  contains,
  type IpRange,
  knownRange,
  parseAddress,
  parseRange,
  rangeText,
  sameRange,
} from './ip-range';
import { memo } from './memo';
import { reservedInside, reservedProblem } from './reserved-range';

/** A range of addresses outside the cluster, less its exceptions. */
export interface CidrRange {
  /** Canonical text, host bits zero (`203.0.113.0/24`). */
  readonly cidr: string;
  /**
   * Ranges inside `cidr` that stay unreachable, sorted as text; always holds what lies inside of the metadata
   * addresses and the other ranges that no edge may name.
   */
  readonly except: readonly string[];
}

/** Widest ranges that may be named: anything wider is the internet by another name. */
export const SHORTEST_PREFIX = Object.freeze({ ipv4: 8, ipv6: 16 } as const);

const EXAMPLE = 'write an address and a prefix length, such as 203.0.113.0/24';

/** What keeps a text from being a range of addresses that an edge may name. */
export function cidrProblem(text: string): Problem | undefined {
  if (typeof text !== 'string') return { message: 'the range of addresses is no text', fix: EXAMPLE };
  const range = parseRange(text);
  return range === undefined ? textProblem(text) : rangeProblem(text, range);
}

/** Why a text is no range at all, as precisely as its writer can use it. */
function textProblem(text: string): Problem {
  const [address = '', prefix] = text.split('/');
  const parsed = parseAddress(address);
  if (parsed === undefined) {
    if (/^\d+(\.\d+){3}$/.test(address) && /(^|\.)0\d/.test(address)) {
      return {
        message: `${quoted(text)} has leading zeros, which some tools read as octal`,
        fix: 'write every number in decimal, without leading zeros',
      };
    }
    return { message: `${quoted(text)} is not a CIDR`, fix: EXAMPLE };
  }
  const bits = ADDRESS_BITS[parsed.kind()];
  if (prefix === undefined) {
    const single = `${address}/${bits}`;
    const problem = rangeProblem(address, knownRange(single));
    return problem ?? { message: `${quoted(text)} is an address, not a CIDR`, fix: `write ${single}` };
  }
  if (/^\d+$/.test(prefix) && Number(prefix) > bits) {
    return {
      message: `${quoted(text)} has a prefix longer than the ${bits} bits of an address`,
      fix: `write /${bits} for a single address`,
    };
  }
  return { message: `${quoted(text)} is not a CIDR`, fix: EXAMPLE };
}

function rangeProblem(text: string, range: IpRange): Problem | undefined {
  const widest = SHORTEST_PREFIX[range.family];
  if (range.prefix < widest) {
    return {
      message: `${quoted(text)} covers ${range.prefix === 0 ? 'the whole internet' : 'a large part of the internet'}`,
      fix: `name the hosts, or ranges of /${widest} at the widest`,
    };
  }
  const reserved = reservedProblem(range);
  if (reserved !== undefined) return { message: `${quoted(text)} is ${reserved.what}`, fix: reserved.fix };
  if (hasHostBits(range)) return { message: `${quoted(text)} has host bits set`, fix: `write ${rangeText(range)}` };
  return undefined;
}

function hasHostBits(range: IpRange): boolean {
  return rangeText(range) !== `${range.address}/${range.prefix}`;
}

function exceptProblem(text: string, outer: IpRange): Problem | undefined {
  const inner = parseRange(text);
  const cidr = rangeText(outer);
  if (inner === undefined) {
    return { message: `exception ${quoted(text)} is not a CIDR`, fix: `name a range inside ${cidr}` };
  }
  if (!contains(outer, inner) || sameRange(outer, inner)) {
    return {
      message: `exception ${quoted(text)} is not strictly inside ${cidr}`,
      fix: `name a smaller range inside ${cidr}`,
    };
  }
  if (!hasHostBits(inner)) return undefined;
  return { message: `exception ${quoted(text)} has host bits set`, fix: `write ${rangeText(inner)}` };
}

/** First problem of a range and its exceptions. */
export function cidrRangeProblem(cidr: string, except: readonly string[] = []): Problem | undefined {
  const problem = cidrProblem(cidr);
  if (problem !== undefined) return problem;
  const outer = knownRange(cidr);
  return (
    except.map((inner) => exceptProblem(inner, outer)).find((found) => found !== undefined) ??
    nothingLeft(outer, except)
  );
}

/** A rule without an address allows nothing, and whoever wrote it believes that it does. */
function nothingLeft(outer: IpRange, except: readonly string[]): Problem | undefined {
  const inner = withReserved(outer, except).map(knownRange);
  // Two ranges are apart, or one holds the other.
  const apart = inner.filter((range) => !inner.some((other) => other !== range && contains(other, range)));
  const size = ({ family, prefix }: IpRange) => 2n ** BigInt(ADDRESS_BITS[family] - prefix);
  if (apart.reduce((sum, range) => sum + size(range), 0n) < size(outer)) return undefined;
  return {
    message: `the exceptions leave no address of ${rangeText(outer)}`,
    fix: 'name fewer of them, or remove the range',
  };
}

/**
 * Checks a range, adds what no edge may name (metadata addresses above all) to its exceptions, and freezes the result.
 * @throws InvalidValueError for anything that cidrRangeProblem names
 */
export function cidrRange(cidr: string, except: readonly string[] = []): CidrRange {
  return except.length === 0 ? wholeRange(cidr) : checkedRange(cidr, except);
}

/** Workspaces name the same few ranges. */
const wholeRange = memo((cidr: string) => checkedRange(cidr, []));

function checkedRange(cidr: string, except: readonly string[]): CidrRange {
  const problem = cidrRangeProblem(cidr, except);
  if (problem !== undefined) throw new InvalidValueError(problem);
  const outer = knownRange(cidr);
  return Object.freeze({ cidr: rangeText(outer), except: Object.freeze(withReserved(outer, except)) });
}

function withReserved(outer: IpRange, except: readonly string[]): string[] {
  const given = except.map(knownRange);
  const missing = reservedInside(outer).filter((range) => !given.some((known) => contains(known, range)));
  return [...new Set([...given, ...missing].map(rangeText))].sort();
}

/**
 * The single address that a resolver reads from a text, in any of the forms that it takes (`2852039166`, `0xa9fea9fe`,
 * `0251.0376.0251.0376`, `127.1`, `[::1]`), as a CIDR.
 * @see https://url.spec.whatwg.org/#concept-ipv4-parser
 */
export function addressCidr(text: string): string | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  if (!ipaddr.isValid(bare)) return undefined;
  const address = ipaddr.parse(bare);
  return `${address.toString().replace(/%.*/, '')}/${ADDRESS_BITS[address.kind()]}`;
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
  Object.freeze({ cidr: '2000::/3', except: Object.freeze(['2001::/32', '2002::/16']) }),
]);

/** True if two ranges (already checked) share an address. */
export function cidrsOverlap(a: string, b: string): boolean {
  const [one, other] = [knownRange(a), knownRange(b)];
  return contains(one, other) || contains(other, one);
}
