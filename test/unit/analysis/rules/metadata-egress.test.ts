import { expect, test } from 'vitest';
import { metadataEgress } from '../../../../lib/analysis/rules/metadata-egress';
import { cnp, findings, np, workload } from './build';

const workloads = [workload('a', 'web')];
const cilium = (rules: string) => cnp('a', 'p', `endpointSelector: {}\n${rules}`);

test.each([
  ['a block around it', cilium('egress:\n- toCIDR: [169.254.0.0/16]')],
  ['the world', cilium('egress:\n- toEntities: [world]\n  toPorts: [{ports: [{port: "80", protocol: TCP}]}]')],
  ['IPv6', cilium('egress:\n- toCIDR: ["fd00::/8"]')],
  [
    'a NetworkPolicy',
    np('a', 'p', 'podSelector: {}\npolicyTypes: [Egress]\negress:\n- to: [{ipBlock: {cidr: 0.0.0.0/0}}]'),
  ],
])('%s', (_, yaml) => {
  expect(findings(metadataEgress, { yaml, workloads })).toEqual([
    expect.stringMatching(/^error: the rule lets pods reach (169\.254|fd00)/),
  ]);
});

test.each([
  ['another port', cilium('egress:\n- toEntities: [world]\n  toPorts: [{ports: [{port: "443", protocol: TCP}]}]')],
  ['excepted', cilium('egress:\n- toCIDRSet: [{cidr: 169.254.0.0/16, except: [169.254.169.254/32]}]')],
  ['denied', cilium('egress:\n- toCIDR: [169.254.0.0/16]\negressDeny:\n- toCIDR: [169.254.169.254/32]')],
  ['other addresses', cilium('egress:\n- toCIDR: [10.0.0.0/8]')],
])('silent: %s', (_, yaml) => {
  expect(findings(metadataEgress, { yaml, workloads })).toEqual([]);
});
