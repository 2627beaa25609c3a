import { describe, expect, test } from 'vitest';
import { InvalidValueError } from '../../../../lib/finding';
import type { PodSpec } from '../../../../lib/kube/pod';
import { withVariables } from '../../../../lib/render/workload/variables';

const VARIABLES = {
  configMap: 'egress-policy',
  keys: { EGRESS_ENFORCE: 'EGRESS_ENFORCE', EGRESS_ALLOWLIST: 'agent.EGRESS_ALLOWLIST' },
};
const ENV = [
  { name: 'EGRESS_ENFORCE', valueFrom: { configMapKeyRef: { name: 'egress-policy', key: 'EGRESS_ENFORCE' } } },
  {
    name: 'EGRESS_ALLOWLIST',
    valueFrom: { configMapKeyRef: { name: 'egress-policy', key: 'agent.EGRESS_ALLOWLIST' } },
  },
];

test('every container reads them beside what it has', () => {
  const own = { name: 'LANG', value: 'C' };
  const spec = withVariables(
    { initContainers: [{ name: 'init' }], containers: [{ name: 'main', env: [own] }] },
    VARIABLES,
  );
  expect(spec).toEqual({
    initContainers: [{ name: 'init', env: ENV }],
    containers: [{ name: 'main', env: [own, ...ENV] }],
  });
});

test('once and again is the same', () => {
  const once = withVariables({ containers: [{ name: 'main' }] }, VARIABLES);
  expect(withVariables(once, VARIABLES)).toEqual(once);
});

describe('a container that sets one itself is refused', () => {
  test.each<[string, unknown[]]>([
    ['by a value', [{ name: 'EGRESS_ENFORCE', value: '0' }]],
    ['from elsewhere', [{ name: 'EGRESS_ALLOWLIST', valueFrom: { configMapKeyRef: { name: 'mine', key: 'list' } } }]],
    ['behind ours', [...ENV, { name: 'EGRESS_ENFORCE', value: '0' }]],
  ])('%s', (_, env) => {
    const spec: PodSpec = { containers: [{ name: 'main', env }] };
    expect(() => withVariables(spec, VARIABLES)).toThrow(InvalidValueError);
    expect(() => withVariables(spec, VARIABLES)).toThrow(/container 'main' sets EGRESS_/);
  });
});
