import { ApiObject, Lazy } from 'cdk8s';
import { expect, test } from 'vitest';
import { InvalidValueError } from '../../../lib/finding';
import { cdk8sManifest } from '../../../lib/synth/cdk8s-manifest';
import { appWithChart } from './support';

test('what identifies an object is in front', () => {
  const metadata = { name: 'x', namespace: 'n', labels: { a: '1' }, annotations: { b: '2' } };
  const object = new ApiObject(appWithChart().chart, 'x', { data: {}, kind: 'ConfigMap', apiVersion: 'v1', metadata });
  const manifest = cdk8sManifest(object);
  expect(manifest).toEqual(object.toJson());
  expect(Object.keys(manifest)).toEqual(['apiVersion', 'kind', 'metadata', 'data']);
  expect(Object.keys(manifest.metadata)).toEqual(['name', 'namespace', 'labels', 'annotations']);
});

test('what cannot be rendered names the construct and the reason, without what cdk8s puts around it', () => {
  const spec = Lazy.any({
    produce: () => {
      throw new Error('PodSpec must have at least 1 container');
    },
  });
  const object = new ApiObject(appWithChart().chart, 'x', { apiVersion: 'v1', kind: 'Pod', spec });
  expect(() => cdk8sManifest(object)).toThrow(InvalidValueError);
  expect(() => cdk8sManifest(object)).toThrow(
    '[chart/x] the object cannot be rendered: PodSpec must have at least 1 container; see the message of the construct',
  );
});
