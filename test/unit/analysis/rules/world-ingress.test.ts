import { expect, test } from 'vitest';
import { worldIngress } from '../../../../lib/analysis/rules/world-ingress';
import { cnp, findings, np, workload } from './build';

const workloads = [workload('a', 'web')];

test.each([
  [
    'entity world',
    cnp(
      'a',
      'p',
      'endpointSelector: {}\ningress:\n- fromEntities: [world]\n  toPorts: [{ports: [{port: "8443", protocol: TCP}]}]',
    ),
  ],
  [
    '0.0.0.0/0',
    np('a', 'p', 'podSelector: {}\ningress:\n- from: [{ipBlock: {cidr: 0.0.0.0/0}}]\n  ports: [{port: 8443}]'),
  ],
])('%s', (peer, yaml) => {
  expect(
    findings(worldIngress, { yaml, workloads, dialect: peer.startsWith('entity') ? 'cilium-1.19' : 'kubernetes' }),
  ).toEqual([expect.stringContaining(`warning: the rule allows ingress from ${peer} on TCP 8443`)]);
});

test('silent: a load balancer by its addresses', () => {
  const yaml = cnp('a', 'p', 'endpointSelector: {}\ningress:\n- fromCIDR: [35.191.0.0/16]');
  expect(findings(worldIngress, { yaml, workloads })).toEqual([]);
});

test.each([
  ['egress', 'egress:\n- toEntities: [world]'],
  ['a deny', 'ingressDeny:\n- fromEntities: [world]'],
  ['the cluster', 'ingress:\n- fromEntities: [cluster]'],
])('silent: %s', (_, rules) => {
  expect(findings(worldIngress, { yaml: cnp('a', 'p', `endpointSelector: {}\n${rules}`), workloads })).toEqual([]);
});

test.each([
  ['all of it', 'fromEntities: [world]', 0],
  ['all addresses of one family', 'fromCIDR: [0.0.0.0/0]', 1],
  ['one port', 'fromEntities: [world], toPorts: [{ports: [{port: "80", protocol: TCP}]}]', 1],
])('what denials take of it: %s', (_, deny, count) => {
  const yaml = cnp('a', 'p', `endpointSelector: {}\ningress:\n- fromEntities: [all]\ningressDeny:\n- {${deny}}`);
  expect(findings(worldIngress, { yaml, workloads })).toHaveLength(count);
  const elsewhere = workload('a', 'api');
  const some = yaml + cnp('a', 'q', 'endpointSelector: {matchLabels: {app: api}}\ningress:\n- fromEntities: [world]');
  expect(findings(worldIngress, { yaml: some, workloads: [...workloads, elsewhere] })).toHaveLength(2 * count);
});
