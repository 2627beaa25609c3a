import { expect, test } from 'vitest';
import { duplicateInRule } from '../../../../lib/analysis/rules/duplicate-in-rule';
import { cnp, findings, lines, np, workload } from './build';

const workloads = [
  workload('a', 'web'),
  workload('b', 'api', { ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] }),
];
const to = (peers: string, ports = '[]') =>
  np('a', 'p', `podSelector: {}\npolicyTypes: [Egress]\negress:\n- to: ${peers}\n  ports: ${ports}`);
const B = 'namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}';

test.each([
  [
    'pods beside their namespace',
    to(`[{${B}}, {${B}, podSelector: {matchLabels: {app: api}}}]`),
    'pods with app=api in namespace b, which all pods in namespace b includes',
  ],
  [
    'a block within another',
    to('[{ipBlock: {cidr: 10.0.0.0/8}}, {ipBlock: {cidr: 10.1.0.0/16}}]'),
    '10.1.0.0/16, which 10.0.0.0/8 includes',
  ],
  ['the same twice', to(`[{${B}}, {${B}}]`), 'all pods in namespace b, which all pods in namespace b includes'],
  [
    'a port within a range',
    to(`[{${B}}]`, '[{port: 8080}, {port: 8000, endPort: 9000}]'),
    'TCP 8080, which TCP 8000-9000 includes',
  ],
  [
    'a port by number and by name',
    to(`[{${B}}]`, '[{port: 8080}, {port: http}]'),
    "TCP 'http', which TCP 8080 includes",
  ],
])('%s', (_, yaml, text) => {
  expect(findings(duplicateInRule, { yaml, workloads, dialect: 'kubernetes' })).toEqual([
    `warning: the rule names ${text} already`,
  ]);
});

test('a host that a pattern matches', () => {
  const yaml = cnp(
    'a',
    'p',
    'endpointSelector: {}\negress:\n- toFQDNs: [{matchPattern: "*.example.com"}, {matchName: api.example.com}]',
  );
  expect(findings(duplicateInRule, { yaml, workloads })).toEqual([
    'warning: the rule names api.example.com, which *.example.com includes already',
  ]);
});

test.each([
  ['different peers', to(`[{${B}}, {podSelector: {}}]`)],
  ['different ports', to(`[{${B}}]`, '[{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]')],
  ['a name for another number', to(`[{${B}}]`, '[{port: 9090}, {port: http}]')],
])('silent: %s', (_, yaml) => {
  expect(findings(duplicateInRule, { yaml, workloads, dialect: 'kubernetes' })).toEqual([]);
});

test('ports of Cilium, each protocol on its own, once for the rule', () => {
  const yaml = (ports: string) =>
    cnp('a', 'p', `endpointSelector: {}\negress:\n- toEndpoints: [{}]\n  toPorts:\n  - ports: [${ports}]`);
  const any = '{port: "53", protocol: ANY}, {port: "53", protocol: UDP}';
  expect(findings(duplicateInRule, { yaml: yaml(any), workloads })).toEqual([
    'warning: the rule names UDP 53, which UDP 53 includes already',
  ]);
  expect(lines(duplicateInRule, { yaml: yaml(any), workloads })).toEqual([`- ports: [${any}]`]);
  const apart = '{port: "53", protocol: TCP}, {port: "53", protocol: UDP}';
  expect(findings(duplicateInRule, { yaml: yaml(apart), workloads })).toEqual([]);
});
