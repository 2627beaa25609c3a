import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cidrProblem, cidrRange, cidrRangeProblem, SHORTEST_PREFIX } from '../../../lib/model/cidr';
import { METADATA_ADDRESSES, metadataCidr } from '../../../lib/model/metadata-address';
import { addressText, isInside, numericRange } from './addresses';
import { expectReadable } from './refusal';

const special = METADATA_ADDRESSES.map((address) => numericRange(metadataCidr(address)));
const family = fc.constantFrom(4 as const, 6 as const);
/** Ranges near the addresses that matter, and anywhere; often with their host bits cleared. */
const range = fc
  .tuple(
    family,
    fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
    fc.constantFrom(...special),
    fc.nat(2),
    fc.nat(128),
    fc.boolean(),
  )
  .map(([anyFamily, value, known, mode, length, clear]) => {
    const kind = mode === 0 ? anyFamily : known.family;
    const bits = kind === 4 ? 32 : 128;
    const prefix = length % (bits + 1);
    const near = mode === 0 ? value % 2n ** BigInt(bits) : known.first ^ (mode === 1 ? value % 4096n : 0n);
    const size = 2n ** BigInt(bits - prefix);
    return `${addressText(kind, clear ? near - (near % size) : near)}/${prefix}`;
  });

describe('for every range', () => {
  test('no metadata address lies in an accepted range outside its exceptions', () => {
    let reached = 0;
    fc.assert(
      fc.property(range, fc.array(range, { maxLength: 3 }), (cidr, except) => {
        const fitting = except.filter((inner) => cidrRangeProblem(cidr, [inner]) === undefined);
        if (cidrRangeProblem(cidr, fitting) !== undefined) return;
        const accepted = cidrRange(cidr, fitting);
        const outer = numericRange(accepted.cidr);
        const exceptions = accepted.except.map(numericRange);
        expect(outer).toEqual(numericRange(cidr));
        expect(exceptions.every((inner) => isInside(outer, inner) && !isInside(inner, outer))).toBe(true);
        for (const address of special.filter((known) => isInside(outer, known))) {
          reached += 1;
          expect(exceptions.some((inner) => isInside(inner, address))).toBe(true);
        }
      }),
      { numRuns: 5000 },
    );
    expect(reached).toBeGreaterThan(0);
  });

  test('an accepted range is no wider than the widest, and has no host bits', () => {
    fc.assert(
      fc.property(range, (text) => {
        if (cidrProblem(text) !== undefined) return;
        const [address = '', prefix] = cidrRange(text).cidr.split('/');
        const { family: kind, first } = numericRange(text);
        expect(Number(prefix)).toBeGreaterThanOrEqual(SHORTEST_PREFIX[kind === 4 ? 'ipv4' : 'ipv6']);
        expect(numericRange(`${address}/${kind === 4 ? 32 : 128}`).first).toBe(first);
      }),
      { numRuns: 2000 },
    );
  });

  test('what was accepted is accepted again, and stays the same', () => {
    fc.assert(
      fc.property(range, (text) => {
        if (cidrProblem(text) !== undefined) return;
        const once = cidrRange(text);
        expect(cidrRange(once.cidr, once.except)).toEqual(once);
      }),
      { numRuns: 2000 },
    );
  });

  test('a refusal can be read, whatever was written', () => {
    const anything = fc.oneof(range, fc.string(), fc.string({ unit: 'binary' }), fc.ipV4Extended(), fc.ipV6());
    fc.assert(
      fc.property(anything, fc.array(anything, { maxLength: 2 }), (cidr, except) => {
        const problem = cidrRangeProblem(cidr, except);
        if (problem !== undefined) expectReadable(problem);
      }),
    );
  });
});
