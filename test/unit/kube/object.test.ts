import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apiGroup, formatObject, type ObjectKey, objectIdentity } from '../../../lib/kube/object';

test.each([
  ['v1', ''],
  ['networking.k8s.io/v1', 'networking.k8s.io'],
  ['cilium.io/v2', 'cilium.io'],
])('the group of %j is %j', (apiVersion, group) => expect(apiGroup(apiVersion)).toBe(group));

const key = fc.record({
  apiVersion: fc.constantFrom('v1', 'apps/v1', 'apps/v1beta1', 'networking.k8s.io/v1', 'networking.k8s.io/v1beta1'),
  kind: fc.constantFrom('NetworkPolicy', 'Namespace'),
  namespace: fc.constantFrom('a', 'b', undefined),
  name: fc.constantFrom('a', 'b'),
});

test('two objects are one exactly if group, kind, namespace and name are: versions are views of it', () => {
  const facts = ({ apiVersion, kind, namespace, name }: ObjectKey) =>
    JSON.stringify([apiVersion.includes('/') ? apiVersion.split('/')[0] : '', kind, namespace ?? null, name]);
  fc.assert(
    fc.property(key, key, (one, other) => {
      expect(objectIdentity(one) === objectIdentity(other)).toBe(facts(one) === facts(other));
    }),
    { numRuns: 1000 },
  );
});

test.each<[ObjectKey, string]>([
  [
    { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace: 'portarium-agents', name: 'default-deny' },
    'NetworkPolicy portarium-agents/default-deny',
  ],
  [{ apiVersion: 'v1', kind: 'Namespace', name: 'portarium-agents' }, 'Namespace portarium-agents'],
])('%j reads %j', (object, text) => expect(formatObject(object)).toBe(text));
