import { expect, test } from 'vitest';
import { isIdentityLabel } from '../../../../lib/render/network/cilium-label';

/** As pkg/labelsfilter of Cilium 1.19 answers with its default configuration. */
test.each([
  ['app', true],
  ['app.kubernetes.io/name', true],
  ['portcullis.dev/workspace', true],
  ['batch.kubernetes.io/job-name', true],
  ['job-name', true],
  ['x.annotation', true],
  ['my-controller-uid', true],
  ['kubernetes.io/x', false],
  ['k8s.io/x', false],
  ['io.kubernetes.foo', false],
  ['topology.kubernetes.io/zone', false],
  ['node.beta.kubernetes.io/x', false],
  ['statefulset.kubernetes.io/pod-name', false],
  ['apps.kubernetes.io/pod-index', false],
  ['batch.kubernetes.io/controller-uid', false],
  ['batch.kubernetes.io/job-completion-index', false],
  ['pod-template-hash', false],
  ['controller-revision-hash', false],
  ['controller-uid-mine', false],
  ['annotations.example.com/a', false],
])('Cilium matches pods by %s: %s', (key, matched) => {
  expect(isIdentityLabel(key)).toBe(matched);
});
