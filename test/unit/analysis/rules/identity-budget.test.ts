import { expect, test } from 'vitest';
import { identityBudget } from '../../../../lib/analysis/rules/identity-budget';
import { cnp, findings, workload } from './build';

const yaml = cnp('a', 'p', 'endpointSelector: {}\ningress: [{}]');
const pods = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    workload('a', `w-${index}`, { labels: { app: 'agent', run: `${index}` } }),
  );

test('label sets near the limit of the cluster', () => {
  expect(findings(identityBudget, { yaml, workloads: pods(50_000) })).toEqual([
    'warning: the pods need 50,000 of the 65,535 identities of a cluster; run alone has 50,000 values',
  ]);
});

test('silent: many pods with the same labels', () => {
  const same = pods(50_000).map((pod) => ({ ...pod, labels: { app: 'agent' } }));
  expect(findings(identityBudget, { yaml, workloads: same })).toEqual([]);
});

test('an error beyond the limit', () => {
  expect(findings(identityBudget, { yaml, workloads: pods(65_536) })).toEqual([
    expect.stringMatching(/^error: the pods need 65,536 /),
  ]);
});

test('silent: pods that have no identity of their own, and plugins without identities', () => {
  const onHost = pods(50_000).map((pod) => ({ ...pod, hostNetwork: true }));
  expect(findings(identityBudget, { yaml, workloads: onHost })).toEqual([]);
  expect(findings(identityBudget, { yaml, workloads: pods(50_000), dialect: 'kubernetes' })).toEqual([]);
});
