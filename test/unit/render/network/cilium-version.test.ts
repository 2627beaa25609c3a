import { expect, test } from 'vitest';
import { CILIUM_VERSIONS, type CiliumVersion, isAtLeast } from '../../../../lib/render/network/cilium-version';

const minor = (version: CiliumVersion) => Number(version.split('.')[1]);

test.each(CILIUM_VERSIONS.flatMap((version) => CILIUM_VERSIONS.map((bound) => [version, bound] as const)))(
  'Cilium %s against %s',
  (version, bound) => {
    expect(isAtLeast(version, bound)).toBe(minor(version) >= minor(bound));
  },
);

test('the dialect knows the versions that its facts were read in', () => {
  expect(CILIUM_VERSIONS).toEqual(['1.18', '1.19', '1.20', '1.21']);
});
