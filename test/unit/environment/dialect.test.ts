import { expect, test } from 'vitest';
import { dialectOf } from '../../../lib/environment/dialect';

test.each([
  [{ kind: 'kubernetes' } as const, 'kubernetes', 'NetworkPolicy'],
  [{ kind: 'cilium', version: '1.20' } as const, 'cilium 1.20', 'CiliumNetworkPolicy'],
])('%o', (settings, name, kind) => {
  const dialect = dialectOf(settings);
  expect(dialect.name).toBe(name);
  expect(dialect.policy.kind).toBe(kind);
});
