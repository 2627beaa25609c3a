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
