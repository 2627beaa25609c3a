import { describe, expect, test } from 'vitest';
import type { L7Rule, Protocol, Segment } from '../../../../lib/analysis/connection/connection';
import { connectionText, portGroups } from '../../../../lib/analysis/format/connection-text';

const open = { l7: [], authenticated: false } as const;
const port = (protocol: Protocol, first: number, last = first): Segment => ({ protocol, first, last, ...open });
const all = (protocol: Protocol): Segment => port(protocol, protocol.startsWith('ICMP') ? 0 : 1, last(protocol));
const last = (protocol: Protocol) => (protocol.startsWith('ICMP') ? 255 : 65535);
const names = (...rules: readonly string[]): readonly L7Rule[] => rules.map((rule) => ({ protocol: 'dns', rule }));

test.each<[string, readonly Segment[]]>([
  ['TCP 80', [port('TCP', 80)]],
  ['TCP 80,443-445', [port('TCP', 80), port('TCP', 443, 445)]],
  ['TCP 80; UDP 53', [port('TCP', 80), port('UDP', 53)]],
  ['ICMP 8', [port('ICMP', 8)]],
  ['all TCP', [all('TCP')]],
  ['all TCP; UDP 53', [all('TCP'), port('UDP', 53)]],
  ['all', [all('TCP'), all('UDP'), all('SCTP')]],
  ['all', [all('TCP'), all('UDP'), all('SCTP'), all('ICMP'), all('ICMPv6')]],
  // Where the dialect decides about ICMP, not all of it is less than all.
  ['all TCP; all UDP; all SCTP; all ICMP', [all('TCP'), all('UDP'), all('SCTP'), all('ICMP')]],
  ['all TCP authenticated; all UDP; all SCTP', [{ ...all('TCP'), authenticated: true }, all('UDP'), all('SCTP')]],
  ['TCP 80; TCP 443 authenticated', [port('TCP', 80), { ...port('TCP', 443), authenticated: true }]],
  [
    'TCP 53, UDP 53 {dns a.example.com | b.example.com}',
    [
      { ...port('TCP', 53), l7: [names('a.example.com', 'b.example.com')] },
      { ...port('UDP', 53), l7: [names('a.example.com', 'b.example.com')] },
    ],
  ],
  [
    'TCP 80 {http GET /} {http POST /}',
    [{ ...port('TCP', 80), l7: [[{ protocol: 'http', rule: 'GET /' }], [{ protocol: 'http', rule: 'POST /' }]] }],
  ],
  ['TCP 80 {http GET /\\u{1b}[2J}', [{ ...port('TCP', 80), l7: [[{ protocol: 'http', rule: 'GET /\u001b[2J' }]] }]],
])('%s', (text, segments) => {
  expect(connectionText(segments)).toBe(text);
});

describe('long lists of requests', () => {
  const dns = (...rules: readonly string[]): readonly Segment[] => [{ ...port('UDP', 53), l7: [names(...rules)] }];

  test('are cut, and what is left out is counted', () => {
    expect(connectionText(dns('a', 'b', 'c', 'd'))).toBe('UDP 53 {dns a | b | c | d}');
    expect(connectionText(dns('a', 'b', 'c', 'd', 'e', 'f'))).toBe('UDP 53 {dns a | b | c | d | … 2 more}');
    expect(connectionText(dns('a', 'b', 'c'), 1)).toBe('UDP 53 {dns a | … 2 more}');
  });

  test('leave out first what is another name with a search domain behind', () => {
    const searched = ['a.ns.svc', 'a.ns.svc.cluster.local', 'b', 'b.cluster.local', 'c'];
    expect(connectionText(dns(...searched))).toBe('UDP 53 {dns a.ns.svc | b | c | … 2 more}');
  });
});

test('ports on which the same is allowed are one group', () => {
  const segments = [port('TCP', 80), { ...port('TCP', 90), authenticated: true }, port('TCP', 100, 110)];
  expect(portGroups(segments)).toEqual([
    { protocol: 'TCP', ports: '80,100-110', ...open },
    { protocol: 'TCP', ports: '90', l7: [], authenticated: true },
  ]);
});
