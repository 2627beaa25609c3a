import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatPort,
  formatPorts,
  Port,
  portNameProblem,
  portNumberProblem,
  portProblem,
  portRangeProblem,
} from '../../../lib/model/port';
import { expectProblem, expectReadable, problemOf, type Refused } from './refusal';

describe('makes ports', () => {
  test.each([
    [Port.tcp(443), { protocol: 'TCP', port: 443 }],
    [Port.udp(53), { protocol: 'UDP', port: 53 }],
    [Port.sctp(38412), { protocol: 'SCTP', port: 38412 }],
    [Port.tcp(1), { protocol: 'TCP', port: 1 }],
    [Port.tcp(65535), { protocol: 'TCP', port: 65535 }],
    [Port.tcpRange(8000, 8010), { protocol: 'TCP', port: 8000, endPort: 8010 }],
    [Port.udpRange(30000, 30100), { protocol: 'UDP', port: 30000, endPort: 30100 }],
    [Port.sctpRange(1, 65535), { protocol: 'SCTP', port: 1, endPort: 65535 }],
    // A range of one port is that port, so that equal edges are equal.
    [Port.tcpRange(443, 443), { protocol: 'TCP', port: 443 }],
    [Port.tcpNamed('grpc'), { protocol: 'TCP', port: 'grpc' }],
    [Port.udpNamed('dns-udp'), { protocol: 'UDP', port: 'dns-udp' }],
    [Port.sctpNamed('n2'), { protocol: 'SCTP', port: 'n2' }],
  ])('%j', (port, expected) => {
    expect(port).toEqual(expected);
    expect(Object.isFrozen(port)).toBe(true);
    expect(portProblem(port)).toBeUndefined();
  });
});

const NOT_A_PORT = [0, -0, 65536, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32 + 443];

describe('refuses a number that is no port', () => {
  test.each(NOT_A_PORT)('%d', (number) => {
    expectProblem(portNumberProblem(number), /is not a port/, /whole number from 1 to 65535/);
    for (const make of [Port.tcp, Port.udp, Port.sctp]) {
      expect(problemOf(() => make(number))).toEqual(portNumberProblem(number));
    }
    expect(problemOf(() => Port.tcpRange(number, 443))).toEqual(portNumberProblem(number));
    expect(problemOf(() => Port.tcpRange(443, number))).toEqual(portNumberProblem(number));
    expect(portProblem({ protocol: 'TCP', port: number })).toEqual(portNumberProblem(number));
  });
});

test.each([Port.tcpRange, Port.udpRange, Port.sctpRange])('refuses a range turned round', (make) => {
  expectProblem(
    problemOf(() => make(8010, 8000)),
    /8010-8000 is turned round/,
    /write 8000-8010/,
  );
});

const BAD_NAMES: readonly Refused[] = [
  '',
  'GRPC',
  'grpc_web',
  '-grpc',
  'grpc-',
  'grpc--web',
  '443',
  '80-81',
  'sixteen-letters-',
  'a'.repeat(16),
  'http ',
  'http\n',
  'hттp',
  '*',
].map((name): Refused => [name, /cannot name a port/, /at most 15 lower-case letters, .* at least one letter/]);

describe('refuses a name that Kubernetes refuses', () => {
  test.each(BAD_NAMES)('%j', (name, message, fix) => {
    expectProblem(portNameProblem(name), message, fix);
    for (const make of [Port.tcpNamed, Port.udpNamed, Port.sctpNamed]) {
      expect(problemOf(() => make(name))).toEqual(portNameProblem(name));
    }
    expect(portProblem({ protocol: 'TCP', port: name })).toEqual(portNameProblem(name));
  });
});

describe('refuses plain data that is no port', () => {
  test.each([
    [{ protocol: 'ANY', port: 443 }, /'ANY' is not a protocol/, /TCP, UDP, SCTP/],
    [{ protocol: 'tcp', port: 443 }, /'tcp' is not a protocol/, /TCP, UDP, SCTP/],
    [{ protocol: 'TCP', port: 8010, endPort: 8000 }, /turned round/, /write 8000-8010/],
    [{ protocol: 'TCP', port: 443, endPort: 70000 }, /70000 is not a port/, /65535/],
    [{ protocol: 'TCP', port: 'http', endPort: 443 }, /'http'-443 starts at a name/, /start the range at a number/],
  ])('%j', (port, message, fix) => {
    expectProblem(portProblem(port as unknown as Port), message, fix);
  });
});

describe('for every two numbers', () => {
  const number = fc.oneof(fc.integer({ min: -2, max: 65540 }), fc.double());

  test('a range is accepted exactly when both are ports, in order', () => {
    fc.assert(
      fc.property(number, number, (first, last) => {
        const ports = [first, last].every((value) => Math.trunc(value) === value && value > 0 && value < 65536);
        expect(portRangeProblem(first, last) === undefined).toBe(ports && first <= last);
      }),
    );
  });

  test('an accepted range holds its ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65535 }), fc.integer({ min: 1, max: 65535 }), (one, other) => {
        const [first, last] = [Math.min(one, other), Math.max(one, other)];
        const { port, endPort } = Port.tcpRange(first, last);
        expect([port, endPort ?? port]).toEqual([first, last]);
      }),
    );
  });
});

test('a port name is accepted exactly when it is an IANA service name', () => {
  const oracle = (name: string) =>
    name.length >= 1 &&
    name.length <= 15 &&
    [...name].every((character) => 'abcdefghijklmnopqrstuvwxyz0123456789-'.includes(character)) &&
    /[a-z]/.test(name) &&
    !name.includes('--') &&
    !name.startsWith('-') &&
    !name.endsWith('-');
  fc.assert(
    fc.property(fc.oneof(fc.stringMatching(/^[-a-z0-9A_]{0,17}$/), fc.string()), (name) => {
      const problem = portNameProblem(name);
      expect(problem === undefined).toBe(oracle(name));
      if (problem !== undefined) expectReadable(problem);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  [Port.tcp(443), 'TCP 443'],
  [Port.udpRange(30000, 30100), 'UDP 30000-30100'],
  [Port.tcpNamed('grpc'), 'TCP grpc'],
])('%j reads %j', (port, text) => expect(formatPort(port)).toBe(text));

test('ports read by protocol', () => {
  expect(formatPorts([Port.tcp(80), Port.udp(53), Port.tcpRange(443, 445)])).toBe('TCP 80,443-445; UDP 53');
  expect(formatPorts([])).toBe('');
});
