import { expect, test } from 'vitest';
import { policyMapBudget } from '../../../../lib/analysis/rules/policy-map-budget';
import { cnp, findings, np, workload } from './build';

const clients = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    workload('b', `client-${index}`, { labels: { app: 'client', id: `${index}` } }),
  );
const ports = (count: number) =>
  Array.from({ length: count }, (_, index) => `{port: "${2 * index + 2001}", protocol: TCP}`).join(', ');
const found = (identities: number, count: number) => {
  const yaml = cnp(
    'a',
    'p',
    `endpointSelector: {}\ningress:\n- fromEndpoints: [{matchLabels: {io.kubernetes.pod.namespace: b}}]\n  toPorts: [{ports: [${ports(count)}]}]`,
  );
  return findings(policyMapBudget, { yaml, workloads: [workload('a', 'db'), ...clients(identities)] });
};

test('identities times ports', () => {
  expect(found(330, 40)).toEqual([
    'warning: about 13,200 entries for a/db of the 16,384 that a policy map holds, most of them by this rule',
  ]);
  expect(found(420, 40)).toEqual([expect.stringMatching(/^error: about 16,800 entries/)]);
});

test('silent below three quarters', () => {
  expect(found(300, 40)).toEqual([]);
});

test('ranges count as the prefixes that they are made of, all ports as one', () => {
  const yaml = cnp(
    'a',
    'p',
    'endpointSelector: {}\ningress:\n- fromEndpoints: [{matchLabels: {io.kubernetes.pod.namespace: b}}]\n  toPorts: [{ports: [{port: "1", endPort: 65534, protocol: TCP}]}]',
  );
  expect(findings(policyMapBudget, { yaml, workloads: [workload('a', 'db'), ...clients(500)] })).toEqual([
    expect.stringContaining('about 15,000 entries'),
  ]);
  const whole = yaml.replace('port: "1", endPort: 65534', 'port: "0"');
  expect(findings(policyMapBudget, { yaml: whole, workloads: [workload('a', 'db'), ...clients(500)] })).toEqual([]);
});

test('pods with the same labels share an entry, and so do rules that say the same', () => {
  const same = clients(420).map((pod) => ({ ...pod, labels: { app: 'client' } }));
  const rule = `- fromEndpoints: [{matchLabels: {io.kubernetes.pod.namespace: b}}]\n  toPorts: [{ports: [${ports(40)}]}]`;
  const yaml = (rules: string) => cnp('a', 'p', `endpointSelector: {}\ningress:\n${rules}`);
  const db = workload('a', 'db');
  expect(findings(policyMapBudget, { yaml: yaml(rule), workloads: [db, ...same] })).toEqual([]);
  const twice = { yaml: yaml(`${rule}\n${rule}`), workloads: [db, ...clients(330)] };
  expect(findings(policyMapBudget, twice)).toEqual([expect.stringContaining('about 13,200 entries')]);
});

test('silent: plugins without such a map', () => {
  const peers = '- from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}}]';
  const list = Array.from({ length: 40 }, (_, index) => `{port: ${2 * index + 2001}}`).join(', ');
  const built = {
    yaml: np('a', 'p', `podSelector: {}\ningress:\n${peers}\n  ports: [${list}]`),
    workloads: [workload('a', 'db'), ...clients(420)],
  };
  expect(findings(policyMapBudget, { ...built, dialect: 'cilium-1.19' })).toHaveLength(1);
  expect(findings(policyMapBudget, { ...built, dialect: 'kubernetes' })).toEqual([]);
});
