import { describe, expect, test } from 'vitest';
import { objectPattern } from '../../../lib/kube/object-pattern';

const role = (name: string, namespace?: string, apiVersion = 'rbac.authorization.k8s.io/v1') => ({
  apiVersion,
  kind: 'Role',
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
});

describe('names objects', () => {
  test.each([
    ['Role/shop/reader', role('reader', 'shop'), true],
    ['Role/shop/reader', role('reader', 'other'), false],
    ['Role/shop/reader', role('readers', 'shop'), false],
    ['Role/shop/reader', { ...role('reader', 'shop'), kind: 'RoleBinding' }, false],
    ['Role/reader', role('reader'), true],
    ['Role/reader', role('reader', 'shop'), false],
    ['Role/shop/read*', role('reader', 'shop'), true],
    ['Role/shop/read*', role('writer', 'shop'), false],
    ['Role/shop/*', role('writer', 'shop'), true],
    ['Role/shop/*', role('writer', 'other'), false],
    ['Role/system:node', role('system:node'), true],
    ['Role.rbac.authorization.k8s.io/shop/reader', role('reader', 'shop'), true],
    ['Role.rbac.authorization.k8s.io/shop/reader', role('reader', 'shop', 'example.com/v1'), false],
  ])('%s, %j: %s', (text, object, matches) => {
    expect(objectPattern(text).matches(object)).toBe(matches);
  });
});

test.each(['', 'Role', 'role/shop/reader', 'Role/', 'Role/*/reader', 'Role/shop/r*r', 'Role/a/b/c', 'Role/shop/a b'])(
  "'%s' names none",
  (text) => {
    expect(() => objectPattern(text)).toThrow(`'${text}' names no object; write Kind/namespace/name`);
  },
);
