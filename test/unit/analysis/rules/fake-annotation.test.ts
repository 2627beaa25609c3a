import { expect, test } from 'vitest';
import { fakeAnnotation } from '../../../../lib/analysis/rules/fake-annotation';
import { analysisOf, cnp } from './build';

const annotated = (key: string) =>
  cnp('a', 'p', 'endpointSelector: {}\ningress: [{}]').replace(
    'metadata:',
    `metadata:\n  annotations:\n    ${key}: enabled`,
  );
const found = (key: string) => [...fakeAnnotation.check(analysisOf({ yaml: annotated(key) }))];

test.each(['policy.cilium.io/audit-mode', 'io.cilium.policy/audit', 'policy.cilium.io/anything'])(
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
