import { expect, test } from 'vitest';
import { voidingRule } from '../../../../lib/analysis/rules/voiding-rule';
import { cnp, findings, workload } from './build';

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
