import { expect, test } from 'vitest';
import { GUARDS } from '../../../lib/governance/drift/unmanaged/guards';
import { GUARDED_KINDS, resourceName } from '../../../lib/kube/guarded-kind';

test.each([
  ['NetworkPolicy', 'networkpolicies'],
  ['ClusterSPIFFEID', 'clusterspiffeids'],
  ['CiliumCIDRGroup', 'ciliumcidrgroups'],
  ['Ingress', 'ingresses'],
  ['Endpoints', 'endpoints'],
  ['LimitRange', 'limitranges'],
])('the resource of %s is %s', (kind, name) => {
  expect(resourceName(kind)).toBe(name);
});

test('what is looked for is judged', () => {
  const names = (kinds: readonly { readonly group: string; readonly kind: string }[]) =>
    kinds.map(({ group, kind }) => `${group} ${kind}`).sort();
  expect(names(GUARDS)).toEqual(names(GUARDED_KINDS));
});
