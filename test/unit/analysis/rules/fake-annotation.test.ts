import { expect, test } from 'vitest';
import { fakeAnnotation } from '../../../../lib/analysis/rules/fake-annotation';
import { analysisOf, cnp, lines, np } from './build';

const annotated = (key: string, yaml = cnp('a', 'p', 'endpointSelector: {}\ningress: [{}]')) =>
  yaml.replace('metadata:', `metadata:\n  annotations:\n    ${key}: enabled`);
const found = (key: string, yaml?: string) => [...fakeAnnotation.check(analysisOf({ yaml: annotated(key, yaml) }))];

test.each(['policy.cilium.io/audit-mode', 'io.cilium.policy/audit', 'policy.cilium.io/no-track-port'])(
  'nothing reads %s',
  (key) => {
    const [finding, second] = found(key);
    expect(second).toBeUndefined();
    expect(finding?.message).toContain(`nothing reads the annotation ${key}`);
    expect(finding?.at.path).toEqual(['metadata', 'annotations', key]);
  },
);

test.each(['policy.cilium.io/name', 'portcullis.dev/egress', 'argocd.argoproj.io/sync-wave'])('silent: %s', (key) => {
  expect(found(key)).toEqual([]);
});

test('points at the annotation', () => {
  const yaml = annotated('policy.cilium.io/audit-mode');
  expect(lines(fakeAnnotation, { yaml })).toEqual(['policy.cilium.io/audit-mode: enabled']);
});

test('a NetworkPolicy has no field to try it with', () => {
  const [cilium] = found('policy.cilium.io/audit-mode');
  const [plain] = found('policy.cilium.io/audit-mode', np('a', 'p', 'podSelector: {}'));
  expect(cilium?.fix).not.toContain('write it as a CiliumNetworkPolicy');
  expect(plain?.fix).toContain('write it as a CiliumNetworkPolicy and set spec.enableDefaultDeny');
});
