import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readControllerState } from '../../../../lib/governance/rollout/controller-state';
import { temporaryFolder } from '../../environment/refusal';

const root = temporaryFolder();

function read(text: string, dialect: 'cilium' | 'kubernetes' = 'cilium') {
  const file = join(root, 'controller.yaml');
  writeFileSync(file, text);
  return readControllerState(file, dialect);
}

const config = (data: object) => JSON.stringify({ kind: 'ConfigMap', metadata: { name: 'cilium-config' }, data });
const daemonSet = (status: object) => JSON.stringify({ kind: 'DaemonSet', metadata: { name: 'cilium' }, status });

test.each([
  [{}, []],
  [{ 'enable-policy': 'default', 'policy-audit-mode': 'false' }, []],
  [{ 'enable-policy': 'always' }, []],
  [{ 'enable-policy': 'never' }, ['enable-policy is never in cilium-config, so that no policy is enforced']],
  [{ 'enable-policy': 'Never' }, ['enable-policy is never in cilium-config, so that no policy is enforced']],
  [
    { 'policy-audit-mode': 'true' },
    ['policy-audit-mode is true in cilium-config, so that no policy of the cluster denies anything'],
  ],
  [{ 'policy-audit-mode': 'enabled' }, []],
  [{ 'enable-k8s-networkpolicy': 'false' }, []],
  [
    { 'enable-cilium-network-policy': 'false' },
    ['enable-cilium-network-policy is false in cilium-config, so that CiliumNetworkPolicies are not looked at'],
  ],
])('cilium-config with %j', (data, problems) => {
  expect(read(config(data))).toEqual({ problems, seen: ['ConfigMap cilium-config'] });
});

test('which policies Cilium looks at matters by what is rendered', () => {
  const off = { 'enable-k8s-networkpolicy': 'false', 'enable-cilium-network-policy': 'false' };
  expect(read(config(off), 'kubernetes').problems).toEqual([
    'enable-k8s-networkpolicy is false in cilium-config, so that NetworkPolicies are not looked at',
  ]);
});

test.each([
  [{ desiredNumberScheduled: 3, numberReady: 3 }, []],
  [{ desiredNumberScheduled: 3, numberReady: 2 }, ['2 of 3 pods of DaemonSet cilium are ready']],
  [{ desiredNumberScheduled: 0, numberReady: 0 }, ['0 of 0 pods of DaemonSet cilium are ready']],
  [{}, ['0 of 0 pods of DaemonSet cilium are ready']],
])('a DaemonSet with %j', (status, problems) => {
  expect(read(daemonSet(status)).problems).toEqual(problems);
});

test('a Deployment counts its replicas', () => {
  const text = JSON.stringify({
    kind: 'Deployment',
    metadata: { name: 'kyverno' },
    status: { replicas: 2, readyReplicas: 2 },
  });
  expect(read(text)).toEqual({ problems: [], seen: ['Deployment kyverno'] });
});

test('lists and several documents are read as kubectl prints them', () => {
  const list = `apiVersion: v1\nkind: List\nitems: [${config({ 'enable-policy': 'never' })}, ${daemonSet({})}]\n`;
  expect(read(list).problems).toHaveLength(2);
  expect(read(`${config({})}\n---\n${daemonSet({ desiredNumberScheduled: 1, numberReady: 1 })}\n`)).toEqual({
    problems: [],
    seen: ['ConfigMap cilium-config', 'DaemonSet cilium'],
  });
});

test.each(['', 'kind: [', '- 1', 'null', 'kind: ConfigMap\nmetadata: { name: other }\n', 'kind: List\nitems: []\n'])(
  'nothing of it is an error: %j',
  (text) => {
    expect(() => read(text)).toThrow(/file-unreadable/);
  },
);

test('neither is a file that is not there', () => {
  expect(() => readControllerState(join(root, 'missing.yaml'), 'cilium')).toThrow(/file-unreadable/);
});
