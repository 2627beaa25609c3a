import { expect, test } from 'vitest';
import { metadataEgress } from '../../../../lib/analysis/rules/metadata-egress';
import { cnp, findings, lines, np, workload } from './build';

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

const host = (pattern: string, port = 80) =>
  `egress:\n- toFQDNs: [{matchPattern: "${pattern}"}]\n  toPorts: [{ports: [{port: "${port}", protocol: TCP}]}]`;
const DENIED = '\negressDeny:\n- toCIDR: [169.254.169.254/32]';

test.each(['metadata.google.internal', '*.google.internal', '**.internal', 'Metadata.GOOG.'])(
  'by its name: %s',
  (name) => {
    expect(findings(metadataEgress, { yaml: cilium(host(name)), workloads })).toEqual([
      expect.stringMatching(/^error: the rule lets pods reach metadata\.goog/),
    ]);
  },
);

test.each([
  ['another port', host('metadata.google.internal', 443)],
  ['denied by its address', host('metadata.google.internal') + DENIED],
  ['another host', host('*.example.com')],
  ['any host, which is another fault', host('*')],
])('silent by its name: %s', (_, rules) => {
  expect(findings(metadataEgress, { yaml: cilium(rules), workloads })).toEqual([]);
});

test('a deny of other pods, or of another port, does not help', () => {
  const elsewhere = cnp(
    'a',
    'deny',
    'endpointSelector: {matchLabels: {app: db}}\negressDeny:\n- toCIDR: [169.254.169.254/32]',
  );
  const otherPort = `${DENIED}\n  toPorts: [{ports: [{port: "443", protocol: TCP}]}]`;
  const yaml = cilium(host('metadata.google.internal'));
  expect(findings(metadataEgress, { yaml: yaml + elsewhere, workloads })).toHaveLength(1);
  expect(
    findings(metadataEgress, { yaml: cilium(host('metadata.google.internal') + otherPort), workloads }),
  ).toHaveLength(1);
});

test('once for each rule, at the ports that let it', () => {
  const yaml = cilium('egress:\n- toCIDR: [10.0.0.0/8]\n- toCIDR: [169.254.0.0/16, "fd00::/8"]');
  expect(lines(metadataEgress, { yaml, workloads })).toEqual(['- toCIDR: [169.254.0.0/16, "fd00::/8"]']);
});

test.each([
  ['another port', cilium('egress:\n- toEntities: [world]\n  toPorts: [{ports: [{port: "443", protocol: TCP}]}]')],
  ['excepted', cilium('egress:\n- toCIDRSet: [{cidr: 169.254.0.0/16, except: [169.254.169.254/32]}]')],
  ['denied', cilium('egress:\n- toCIDR: [169.254.0.0/16]\negressDeny:\n- toCIDR: [169.254.169.254/32]')],
  ['other addresses', cilium('egress:\n- toCIDR: [10.0.0.0/8]')],
])('silent: %s', (_, yaml) => {
  expect(findings(metadataEgress, { yaml, workloads })).toEqual([]);
});
