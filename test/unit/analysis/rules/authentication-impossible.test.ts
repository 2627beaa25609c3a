import { expect, test } from 'vitest';
import { authenticationImpossible } from '../../../../lib/analysis/rules/authentication-impossible';
import { cnp, findings, workload } from './build';

const workloads = [workload('a', 'web')];
const found = (peer: string) =>
  findings(authenticationImpossible, {
    yaml: cnp('a', 'p', `endpointSelector: {}\negress:\n- ${peer}\n  authentication: {mode: required}`),
    workloads,
  });

test.each([
  ['toEntities: [host]', 'entity host'],
  ['toEntities: [world]', 'entity world'],
  ['toCIDR: [10.0.0.0/8]', '10.0.0.0/8'],
  ['toFQDNs: [{matchName: api.example.com}]', 'api.example.com'],
])('%s', (peer, text) => {
  expect(found(peer)).toEqual([expect.stringContaining(`requires authentication of ${text}, which is no pod`)]);
});

test('silent: pods', () => {
  expect(found('toEndpoints: [{matchLabels: {app: web}}]')).toEqual([]);
});

test('pods beside nodes', () => {
  expect(found('toEntities: [cluster]')).toEqual([expect.stringContaining('requires authentication of entity host')]);
});

test('silent: nothing required', () => {
  const yaml = (mode: string) => cnp('a', 'p', `endpointSelector: {}\negress:\n- toEntities: [host]${mode}`);
  for (const mode of ['', '\n  authentication: {mode: disabled}']) {
    expect(findings(authenticationImpossible, { yaml: yaml(mode), workloads })).toEqual([]);
  }
});

test('silent from Cilium 1.21 on, which authenticates nobody', () => {
  const yaml = cnp('a', 'p', 'endpointSelector: {}\negress:\n- toEntities: [host]\n  authentication: {mode: required}');
  expect(findings(authenticationImpossible, { yaml, workloads, dialect: 'cilium-1.20' })).toHaveLength(1);
  expect(findings(authenticationImpossible, { yaml, workloads, dialect: 'cilium-1.21' })).toEqual([]);
});
