import { expect, test } from 'vitest';
import { voidingRule } from '../../../../lib/analysis/rules/voiding-rule';
import { cnp, findings, lines, np, workload } from './build';

const workloads = [workload('a', 'web'), workload('a', 'db'), workload('a', 'cache')];
const edge = (to: string, port: number) =>
  cnp(
    'a',
    to,
    `endpointSelector: {matchLabels: {app: ${to}}}\ningress:\n- fromEndpoints: [{matchLabels: {app: web}}]\n  toPorts: [{ports: [{port: "${port}", protocol: TCP}]}]`,
  );

test('a default deny that allows the whole namespace', () => {
  const yaml =
    cnp('a', 'default-deny', 'endpointSelector: {}\ningress:\n- fromEndpoints: [{}]') +
    edge('db', 5432) +
    edge('cache', 6379);
  expect(findings(voidingRule, { yaml, workloads })).toEqual([
    'error: the rule allows every port from all pods in namespace a, which makes 2 narrower rules void: CiliumNetworkPolicy a/db (-:21), CiliumNetworkPolicy a/cache (-:32)',
  ]);
});

test('silent: a default deny that allows nothing', () => {
  const yaml = cnp('a', 'default-deny', 'endpointSelector: {}\ningress: [{}]') + edge('db', 5432) + edge('cache', 6379);
  expect(findings(voidingRule, { yaml, workloads })).toEqual([]);
});

test('silent: a broad rule for pods that no narrow one is for', () => {
  const yaml =
    cnp('a', 'broad', 'endpointSelector: {matchLabels: {app: web}}\ningress:\n- fromEndpoints: [{}]') +
    edge('db', 5432);
  expect(findings(voidingRule, { yaml, workloads })).toEqual([]);
});

test('a NetworkPolicy, for egress, at the broad rule', () => {
  const broad = np('a', 'broad', 'podSelector: {}\npolicyTypes: [Egress]\negress:\n- to: [{podSelector: {}}]');
  const narrow = np(
    'a',
    'narrow',
    'podSelector: {matchLabels: {app: web}}\npolicyTypes: [Egress]\negress:\n- to: [{podSelector: {matchLabels: {app: db}}}]\n  ports: [{port: 5432}]',
  );
  const built = { yaml: broad + narrow, workloads, dialect: 'kubernetes' };
  expect(findings(voidingRule, built)).toEqual([
    expect.stringContaining(
      'every port to all pods in namespace a, which makes a narrower rule void: NetworkPolicy a/narrow',
    ),
  ]);
  expect(lines(voidingRule, built)).toEqual(['- to: [{podSelector: {}}]']);
});

test('silent: a deny for every port, and a broad rule that names its ports', () => {
  const deny = cnp('a', 'deny', 'endpointSelector: {}\ningressDeny:\n- fromEndpoints: [{}]');
  const range = cnp(
    'a',
    'range',
    'endpointSelector: {}\ningress:\n- fromEndpoints: [{}]\n  toPorts: [{ports: [{port: "1", endPort: 9999, protocol: TCP}]}]',
  );
  for (const other of [deny, range]) {
    expect(findings(voidingRule, { yaml: other + edge('db', 5432), workloads })).toEqual([]);
  }
});
