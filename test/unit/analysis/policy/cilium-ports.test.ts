import { describe, expect, test } from 'vitest';
import { icmpType } from '../../../../lib/analysis/policy/icmp-type';
import { read, rulesOf } from './read';

/** What a rule for everybody says about ports and requests, entry by entry. */
function entries(rule: string, list = 'egress', dialect = 'cilium-1.19'): readonly string[] {
  const direction = list.startsWith('egress') ? 'egress' : 'ingress';
  const far = direction === 'egress' ? 'to' : 'from';
  const spec = `endpointSelector: {}\n${list}:\n- {${far}Entities: [all], ${rule}}`;
  return rulesOf(read('CiliumNetworkPolicy', spec, dialect), direction).map((text) => text.replace(/.* > /, ''));
}

describe('ports', () => {
  test.each([
    ['{port: "80", protocol: TCP}', 'TCP 80'],
    ['{port: "80"}', 'TCP 80, UDP 80, SCTP 80'],
    ['{port: "80", protocol: ""}', 'TCP 80, UDP 80, SCTP 80'],
    ['{port: "80", protocol: any}', 'TCP 80, UDP 80, SCTP 80'],
    ['{port: "53", protocol: udp}', 'UDP 53'],
    ['{port: "80", endPort: 90, protocol: TCP}', 'TCP 80-90'],
    // An end that is not beyond the port is none.
    ['{port: "80", endPort: 79, protocol: TCP}', 'TCP 80'],
    ['{port: "80", endPort: 0, protocol: TCP}', 'TCP 80'],
    ['{port: "0", protocol: TCP}', 'TCP 1-65535'],
    ['{port: "0", endPort: 90, protocol: TCP}', 'TCP 1-65535'],
    ['{port: "65535", protocol: TCP}', 'TCP 65535'],
    ['{port: "010", protocol: TCP}', 'TCP 8'],
    ['{port: HTTP, protocol: TCP}', 'TCP http'],
    ['{port: 8a, protocol: UDP}', 'UDP 8a'],
    ['{port: dns}', 'ANY dns'],
    ['{port: "0", protocol: ICMP}', 'ICMP 0-255'],
    ['{port: "0", protocol: VRRP}', 'none'],
  ])('%s', (port, expected) => {
    expect(entries(`toPorts: [{ports: [${port}]}]`)).toEqual([expected]);
    expect(entries(`toPorts: [{ports: [${port}]}]`, 'egressDeny')).toEqual([expected]);
  });

  test.each([
    ['toPorts: []', ['all']],
    ['toPorts: null', ['all']],
    ['icmps: []', ['all']],
    ['toPorts: [{}]', ['none']],
    ['toPorts: [{ports: []}]', ['none']],
    ['toPorts: [{ports: [{port: a}]}, {ports: [{port: b}, {port: c}]}]', ['ANY a', 'ANY b, ANY c']],
  ])('{%s}', (rule, expected) => {
    expect(entries(rule)).toEqual(expected);
  });
});

describe('ICMP', () => {
  test.each([
    ['{type: 8}', 'ICMP 8'],
    ['{type: "8"}', 'ICMP 8'],
    ['{type: EchoRequest, family: IPv4}', 'ICMP 8'],
    ['{type: EchoRequest, family: IPv6}', 'ICMPv6 128'],
    // Type 0 becomes port 0, which is every type.
    ['{type: 0}', 'ICMP 0-255'],
    ['{type: EchoReply}', 'ICMP 0-255'],
    ['{type: 8}, {type: 128, family: IPv6}', 'ICMP 8, ICMPv6 128'],
  ])('%s', (fields, expected) => {
    expect(entries(`icmps: [{fields: [${fields}]}]`)).toEqual([expected]);
  });

  test.each([
    ['PacketTooBig', undefined, 2],
    ['Redirect', 5, undefined],
    ['TimeExceeded', 11, 3],
    ['constructor', undefined, undefined],
    ['255', 255, 255],
    [256, undefined, undefined],
    [-1, undefined, undefined],
    [1.5, undefined, undefined],
    ['', undefined, undefined],
    [null, undefined, undefined],
  ])('type %j is %s, and %s for IPv6', (type, v4, v6) => {
    expect(icmpType(type, 'ICMP')).toBe(v4);
    expect(icmpType(type, 'ICMPv6')).toBe(v6);
  });
});

describe('requests', () => {
  const on80 = (rules: string) => `toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {${rules}}}]`;
  test.each([
    ['', 'TCP 80'],
    ['http: []', 'TCP 80'],
    ['http: null', 'TCP 80'],
    ['http: [{}]', 'TCP 80 {http * *}'],
    ['http: [{method: GET, path: /a}, {path: /b}]', 'TCP 80 {http GET /a | http * /b}'],
    ['http: [{host: a.b}]', 'TCP 80 {http * host a.b *}'],
    ['http: [{method: GET, headers: ["X-A: 1"]}]', 'TCP 80 {http GET * {"headers":["X-A: 1"]}}'],
    ['dns: [{matchName: A.b}, {matchPattern: "*.c"}]', 'TCP 80 {dns a.b | dns *.c}'],
    ['l7proto: r2d2, l7: [{cmd: read}]', 'TCP 80 {l7 {"cmd":"read"}}'],
  ])('{%s}', (rules, expected) => {
    expect(entries(on80(rules))).toEqual([expected]);
  });

  test.each([
    ['cilium-1.18', 'TCP 80 {kafka {"topic":"events"}}'],
    ['cilium-1.19', 'TCP 80 {kafka {"topic":"events"}}'],
    ['cilium-1.20', 'TCP 80'],
    ['cilium-1.21', 'TCP 80'],
  ])('Kafka rules of %s: %s', (dialect, expected) => {
    expect(entries(on80('kafka: [{topic: events}]'), 'egress', dialect)).toEqual([expected]);
  });

  test.each([
    ['{port: "443", protocol: TCP}', 'TCP 443 {sni a.b}'],
    // The proxy is given no names for every port, and lets every one pass.
    ['{port: "0", protocol: TCP}', 'TCP 1-65535'],
    ['{port: "443", protocol: TCP}, {port: "0", protocol: TCP}', 'TCP 443, TCP 1-65535'],
    ['{port: https, protocol: TCP}', 'TCP https {sni a.b}'],
  ])('names of TLS servers on %s', (ports, expected) => {
    expect(entries(`toPorts: [{ports: [${ports}], serverNames: [a.b]}]`)).toEqual([expected]);
  });

  test('are not looked at by denials', () => {
    expect(entries(on80('http: [{method: GET}]'), 'egressDeny')).toEqual(['TCP 80']);
  });
});
