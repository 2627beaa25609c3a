import { expect, test } from 'vitest';
import { worldEgress } from '../../../../lib/analysis/rules/world-egress';
import { analysisOf, cnp, findings, lines, np, workload } from './build';

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
  ['reserved:world', '{matchLabels: {"reserved:world": ""}}', 'cilium-1.19'],
  ['all but the host', '{matchExpressions: [{key: "reserved:host", operator: DoesNotExist}]}', 'cilium-1.19'],
])('labels that the world has: %s', (_, selector, dialect) => {
  expect(findings(worldEgress, { yaml: cilium(`toEndpoints: [${selector}]`), workloads, dialect })).toEqual([
    expect.stringContaining('egress to labels that the world meets, too, on TCP 443'),
  ]);
});

test.each([
  ['the host by its label', cilium('toEndpoints: [{matchLabels: {"reserved:host": ""}}]')],
  ['all pods but some', cilium('toEndpoints: [{matchExpressions: [{key: app, operator: DoesNotExist}]}]')],
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

test('a rule with several lists of ports is found once, with all of them, and each rule at its own line', () => {
  const yaml = cnp(
    'a',
    'p',
    'endpointSelector: {}\negress:\n- toEntities: [world]\n  toPorts:\n  - ports: [{port: "80", protocol: TCP}]\n  - ports: [{port: "443", protocol: TCP}]\n- toCIDR: [0.0.0.0/0]',
  );
  expect(lines(worldEgress, { yaml, workloads })).toEqual([
    '- ports: [{port: "80", protocol: TCP}]',
    '- toCIDR: [0.0.0.0/0]',
  ]);
  expect(findings(worldEgress, { yaml, workloads })).toEqual([
    expect.stringContaining('entity world on TCP 80, TCP 443:'),
    expect.stringContaining('0.0.0.0/0 on every port:'),
  ]);
});

test('only Cilium knows hosts by their names', () => {
  const yaml = block('{cidr: 0.0.0.0/0}');
  const fixes = (dialect: string) =>
    [...worldEgress.check(analysisOf({ yaml, workloads, dialect }))].map(({ fix }) => fix);
  expect(fixes('cilium-1.19')).toEqual([expect.stringContaining('toFQDNs')]);
  expect(fixes('kubernetes')).toEqual([expect.not.stringContaining('toFQDNs')]);
});
