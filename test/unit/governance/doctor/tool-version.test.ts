import fc from 'fast-check';
import { compare } from 'semver';
import { expect, test } from 'vitest';
import { versionIn } from '../../../../lib/governance/doctor/tool-version';

test.each([
  ['kubectl', 'Client Version: v1.32.4\nKustomize Version: v5.5.0\n', '1.32.4'],
  ['kubectl of a cloud', 'Client Version: v1.32.4-dispatcher\n', '1.32.4'],
  ['kubectl of another cloud', 'Client Version: v1.31.2-eks-94953ac\n', '1.31.2'],
  ['kubectl before its release', 'Client Version: v1.36.0-rc.1\n', '1.36.0-rc.1'],
  ['cilium', 'cilium-cli: v0.18.7 compiled with go1.25.0 on linux/amd64\ncilium image (default): v1.18.1\n', '0.18.7'],
  ['kyverno', 'Version: 1.19.0\nTime: 2026-01-01T00:00:00Z\nGit commit ID: abc\n', '1.19.0'],
  ['opa', 'Version: 1.20.2\nBuild Commit: 0123\nGo Version: go1.26.0\n', '1.20.2'],
  ["Debian's promtool", 'promtool, version 2.42.0+ds (branch: debian/sid, revision: 2.42.0+ds-5+deb12u1)\n', '2.42.0'],
  ['pulumi', 'v3.248.0\n', '3.248.0'],
  ['pulumi as it is developed', 'v3.249.0-alpha.x0123\n', '3.249.0-alpha.x0123'],
  ['a number that is too long for semver', 'v99999999999999999999.1.1\n', undefined],
  ['no version', 'command not found', undefined],
  ['half a version', '1.32', undefined],
])('the version of %s', (_, printed, version) => {
  expect(versionIn(printed)).toBe(version);
});

test('orders releases by their numbers, whatever builders write behind them', () => {
  const number = fc.nat(99);
  const release = fc.tuple(number, number, number);
  const suffix = fc.constantFrom('', '-dispatcher', '-eks-1', '-gke.100', '+ds', '+k3s1');
  fc.assert(
    fc.property(release, suffix, release, suffix, (one, behind, other, alsoBehind) => {
      const [left, right] = [versionIn(`v${one.join('.')}${behind}`), versionIn(`v${other.join('.')}${alsoBehind}`)];
      expect(compare(left as string, right as string)).toBe(compare(one.join('.'), other.join('.')));
    }),
  );
});
