import { expect, test } from 'vitest';
import { absentPeer } from '../../../../lib/analysis/rules/absent-peer';
import { cnp, findings, lines, np } from './build';

test.each([
  [
    'Cilium egress with ports alone',
    cnp('a', 'p', 'endpointSelector: {}\negress:\n- toPorts:\n  - ports: [{port: "443"}]'),
    'egress to everybody on its ports',
  ],
  [
    'Cilium ingress with ICMP alone',
    cnp('a', 'p', 'endpointSelector: {}\ningress:\n- icmps:\n  - fields: [{type: 8}]'),
    'ingress from everybody on its ports',
  ],
  [
    'an empty list in a NetworkPolicy',
    np('a', 'p', 'podSelector: {}\ningress:\n- from: []'),
    'ingress from everybody on every port',
  ],
  [
    'a NetworkPolicy rule without to',
    np('a', 'p', 'podSelector: {}\npolicyTypes: [Egress]\negress:\n- ports: [{port: 53, protocol: UDP}]'),
    'egress to everybody on its ports',
  ],
])('%s', (_, yaml, message) => {
  expect(findings(absentPeer, { yaml })).toEqual([expect.stringContaining(message)]);
});

test.each([
  ['deny all of Cilium', cnp('a', 'p', 'endpointSelector: {}\ningress: [{}]\negress: [{}]')],
  [
    'an empty list of Cilium means nobody',
    cnp('a', 'p', 'endpointSelector: {}\negress:\n- toEndpoints: []\n  toPorts:\n  - ports: [{port: "443"}]'),
  ],
  [
    'hosts are peers',
    cnp(
      'a',
      'p',
      'endpointSelector: {}\negress:\n- toFQDNs: [{matchName: a.example}]\n  toPorts:\n  - ports: [{port: "443"}]',
    ),
  ],
  [
    'a deny rule may be for everybody',
    cnp('a', 'p', 'endpointSelector: {}\negressDeny:\n- toPorts:\n  - ports: [{port: "25"}]'),
  ],
  ['deny all of Kubernetes', np('a', 'p', 'podSelector: {}\npolicyTypes: [Ingress, Egress]')],
  ['a peer', np('a', 'p', 'podSelector: {}\ningress:\n- from: [{podSelector: {}}]')],
])('silent: %s', (_, yaml) => {
  expect(findings(absentPeer, { yaml })).toEqual([]);
});

test('points at the rule', () => {
  const yaml = cnp('a', 'p', 'endpointSelector: {}\ningress:\n- {}\n- toPorts: [{ports: [{port: "80"}]}]');
  expect(lines(absentPeer, { yaml })).toEqual(['- toPorts: [{ports: [{port: "80"}]}]']);
});
