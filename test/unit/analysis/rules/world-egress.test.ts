import { expect, test } from 'vitest';
import { worldEgress } from '../../../../lib/analysis/rules/world-egress';
import { cnp, findings, np, workload } from './build';

const workloads = [workload('a', 'web')];
const cilium = (peer: string) =>
  cnp('a', 'p', `endpointSelector: {}\negress:\n- ${peer}\n  toPorts: [{ports: [{port: "443", protocol: TCP}]}]`);
const block = (ipBlock: string) =>
  np('a', 'p', `podSelector: {}\npolicyTypes: [Egress]\negress:\n- to: [{ipBlock: ${ipBlock}}]`);

test.each([
  ['entity world', cilium('toEntities: [world]')],
  ['entity all', cilium('toEntities: [all]')],
  ['0.0.0.0/0', cilium('toCIDR: [0.0.0.0/0]')],
  ['::/0', cilium('toCIDR: ["::/0"]')],
  ['0.0.0.0/1', cilium('toCIDR: [0.0.0.0/1]')],
  ['52.0.0.0/6', cilium('toCIDR: [52.0.0.0/6]')],
  ['*', cilium('toFQDNs: [{matchPattern: "*"}]')],
  ['0.0.0.0/0 except 10.0.0.0/8', block('{cidr: 0.0.0.0/0, except: [10.0.0.0/8]}')],
])('%s', (peer, yaml) => {
  expect(findings(worldEgress, { yaml, workloads })).toEqual([
    expect.stringContaining(`error: the rule allows egress to ${peer} on`),
  ]);
});

test.each([
  ['a private network', cilium('toCIDR: [10.0.0.0/8]')],
  ['a small block', cilium('toCIDR: [203.0.113.0/24]')],
  ['a host', cilium('toFQDNs: [{matchName: api.example.com}]')],
  ['pods', cilium('toEndpoints: [{}]')],
  [
    'a missing peer, which is another fault',
    cnp('a', 'p', 'endpointSelector: {}\negress:\n- toPorts: [{ports: [{port: "443"}]}]'),
  ],
  ['a deny', cnp('a', 'p', 'endpointSelector: {}\negressDeny:\n- toEntities: [world]')],
  ['the other direction', cnp('a', 'p', 'endpointSelector: {}\ningress:\n- fromEntities: [world]')],
])('silent: %s', (_, yaml) => {
  expect(findings(worldEgress, { yaml, workloads })).toEqual([]);
});
