import { expect, test } from 'vitest';
import { apiServerEgress } from '../../../../lib/analysis/rules/api-server-egress';
import { cnp, findings, workload } from './build';

const workloads = [workload('a', 'web')];
const to = (entities: string) =>
  cnp(
    'a',
    'p',
    `endpointSelector: {}\negress:\n- toEntities: [${entities}]\n  toPorts: [{ports: [{port: "6443", protocol: TCP}]}]`,
  );

test('the entity by its name is a note, within cluster a warning', () => {
  expect(findings(apiServerEgress, { yaml: to('kube-apiserver'), workloads })).toEqual([
    'info: the rule allows egress to the API server on TCP 6443',
  ]);
  expect(findings(apiServerEgress, { yaml: to('cluster'), workloads })).toEqual([
    'warning: the rule to entity cluster allows egress to the API server on TCP 6443, besides every node and pod',
  ]);
});

test('silent: other entities, and plain Kubernetes', () => {
  expect(findings(apiServerEgress, { yaml: to('host'), workloads })).toEqual([]);
  expect(findings(apiServerEgress, { yaml: to('kube-apiserver'), workloads, dialect: 'kubernetes' })).toEqual([]);
});

test('silent: ingress from it, a deny, and all, which is another fault', () => {
  const yaml = to('kube-apiserver');
  for (const other of [
    yaml.replace('egress:', 'ingress:').replace('toEntities', 'fromEntities'),
    yaml.replace('egress:', 'egressDeny:'),
    to('all'),
  ]) {
    expect(findings(apiServerEgress, { yaml: other, workloads })).toEqual([]);
  }
});
