import { describe, expect, test } from 'vitest';
import type { L7 } from '../../../../lib/model/edge';
import { Peer } from '../../../../lib/model/peer';
import { Port } from '../../../../lib/model/port';
import { dnsSelector, MAX_PORTS, portRules } from '../../../../lib/render/network/cilium-port-rule';
import type { PolicyRule } from '../../../../lib/render/network/rule';

function rule(ports: readonly Port[], l7?: L7): PolicyRule {
  const end = { peer: Peer.namespace('a'), title: 'a', managed: false };
  return { kind: 'namespace', ends: [end], ports, purpose: 'p', ...(l7 === undefined ? {} : { l7 }) };
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => Port.tcp(1000 + index));

describe('ports', () => {
  test.each([
    { port: Port.tcp(443), written: { port: '443', protocol: 'TCP' } },
    { port: Port.udp(53), written: { port: '53', protocol: 'UDP' } },
    { port: Port.sctp(2905), written: { port: '2905', protocol: 'SCTP' } },
    { port: Port.tcpRange(30_000, 30_100), written: { port: '30000', endPort: 30_100, protocol: 'TCP' } },
    { port: Port.tcpNamed('grpc'), written: { port: 'grpc', protocol: 'TCP' } },
  ])('are written as $written', ({ port, written }) => {
    expect(portRules(rule([port]), 'enforce')).toEqual([{ ports: [written] }]);
  });

  test.each([
    [1, [1]],
    [MAX_PORTS, [40]],
    [41, [40, 1]],
    [80, [40, 40]],
    [101, [40, 40, 21]],
  ])('of a rule with %d are split into entries of %j', (count, sizes) => {
    const entries = portRules(rule(numbered(count)), 'enforce');
    expect(entries.map(({ ports }) => ports.length)).toEqual(sizes);
    expect(entries.flatMap(({ ports }) => ports.map(({ port }) => Number(port)))).toEqual(
      numbered(count).map(({ port }) => port),
    );
  });

  test('keep their L7 rules in every entry: one without them would let everything through', () => {
    const http = [{ method: 'GET', path: '/a' }];
    const entries = portRules(rule(numbered(101), { http }), 'enforce');
    expect(entries.map(({ rules }) => rules)).toEqual([{ http }, { http }, { http }]);
  });

  test('are never left out, since an empty list opens every port', () => {
    expect(() => portRules(rule([]), 'enforce')).toThrow('every port');
  });
});

describe('L7 rules', () => {
  const http = [{ method: 'GET' }, { path: '/a' }];
  const dns = ['api.example.com', '*.example.com', '**.example.com'];

  test.each([
    { l7: undefined, stage: 'enforce', rules: undefined },
    { l7: { http }, stage: 'enforce', rules: { http } },
    {
      l7: { dns },
      stage: 'enforce',
      rules: {
        dns: [{ matchName: 'api.example.com' }, { matchPattern: '*.example.com' }, { matchPattern: '**.example.com' }],
      },
    },
    { l7: undefined, stage: 'observe', rules: undefined },
    { l7: { http }, stage: 'observe', rules: { http: [{}] } },
    { l7: { dns }, stage: 'observe', rules: { dns: [{ matchPattern: '*' }] } },
  ] as const)('$l7 while the stage is $stage', ({ l7, stage, rules }) => {
    expect(portRules(rule([Port.tcp(53)], l7), stage)[0]?.rules).toEqual(rules);
  });
});

test.each([
  ['api.example.com', { matchName: 'api.example.com' }],
  ['*.example.com', { matchPattern: '*.example.com' }],
  ['**.example.com', { matchPattern: '**.example.com' }],
])('%s is written as a name or a pattern', (host, selector) => {
  expect(dnsSelector(host)).toEqual(selector);
});
