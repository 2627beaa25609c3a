import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDialect } from '../../../../lib/analysis/dialect';
import {
  allPorts,
  blockBits,
  blockStarts,
  isEveryPort,
  resolvePorts,
} from '../../../../lib/analysis/graph/port-ranges';

const range = fc
  .tuple(fc.integer({ min: 1, max: 65535 }), fc.integer({ min: 1, max: 65535 }))
  .map(([a, b]) => ({ protocol: 'TCP' as const, first: Math.min(a, b), last: Math.max(a, b) }));

describe('the blocks of a range', () => {
  test('cover it without overlapping, each with its own bits', () => {
    fc.assert(
      fc.property(range, (ports) => {
        const starts = blockStarts(ports);
        let next = ports.first;
        for (const start of starts) {
          expect(start).toBe(next);
          const size = 2 ** (16 - blockBits(ports, start));
          expect(start % size).toBe(0);
          next = start + size;
        }
        expect(next).toBe(ports.last + 1);
      }),
    );
  });

  test.each([
    [80, 80, 80, 16],
    [80, 90, 80, 13],
    [80, 90, 88, 15],
    [80, 90, 90, 16],
    [0, 65535, 443, 0],
  ])('%i-%i: the one of %i has %i bits', (first, last, port, bits) => {
    expect(blockBits({ protocol: 'TCP', first, last }, port)).toBe(bits);
  });
});

test('names are what the server calls them, for protocols that fit', () => {
  const server = [
    { name: 'http', port: 8080, protocol: 'TCP' as const },
    { name: 'dns', port: 53, protocol: 'UDP' as const },
    { name: 'dns', port: 5353, protocol: 'TCP' as const },
  ];
  const numbers = (name: string, protocol: 'TCP' | 'UDP' | 'ANY') =>
    resolvePorts([{ name, protocol }], server).map((port) => `${port.protocol} ${port.first}-${port.last}`);
  expect(numbers('http', 'TCP')).toEqual(['TCP 8080-8080']);
  expect(numbers('http', 'UDP')).toEqual([]);
  expect(numbers('dns', 'ANY')).toEqual(['UDP 53-53', 'TCP 5353-5353']);
  expect(numbers('gone', 'ANY')).toEqual([]);
});

test('plain Kubernetes decides nothing about ICMP', () => {
  expect(allPorts(parseDialect('kubernetes')).map(({ protocol }) => protocol)).toEqual(['TCP', 'UDP', 'SCTP']);
  expect(allPorts(parseDialect('cilium')).every(isEveryPort)).toBe(true);
});
