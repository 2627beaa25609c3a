import { expect, test } from 'vitest';
import { clusterwideForEveryone } from '../../../../lib/analysis/rules/clusterwide-for-everyone';
import { ccnp, cnp, findings, lines, workload } from './build';

const workloads = [workload('a', 'web')];

test('an empty selector that denies by default', () => {
  expect(
    findings(clusterwideForEveryone, { yaml: ccnp('p', 'endpointSelector: {}\negress: [{}]'), workloads }),
  ).toEqual([expect.stringContaining('for every pod of the cluster, those of kube-system included')]);
});

test.each([
  [
    'one that leaves the system out',
    ccnp(
      'p',
      'endpointSelector: {matchExpressions: [{key: io.kubernetes.pod.namespace, operator: NotIn, values: [kube-system]}]}\negress: [{}]',
    ),
  ],
  [
    'one that does not deny by default',
    ccnp(
      'p',
      'endpointSelector: {}\nenableDefaultDeny: {ingress: false, egress: false}\negressDeny:\n- toCIDR: [169.254.169.254/32]',
    ),
  ],
  ['a policy of a namespace', cnp('a', 'p', 'endpointSelector: {}\negress: [{}]')],
])('silent: %s', (_, yaml) => {
  expect(findings(clusterwideForEveryone, { yaml, workloads })).toEqual([]);
});

test('each spec of a policy, at its selector', () => {
  const yaml = `---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata:
  name: p
specs:
- endpointSelector: {matchLabels: {app: web}}
  egress: [{}]
- endpointSelector: {matchLabels: {}, matchExpressions: []}
  egress: [{}]
`;
  expect(lines(clusterwideForEveryone, { yaml, workloads })).toEqual([
    '- endpointSelector: {matchLabels: {}, matchExpressions: []}',
  ]);
});
