import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, Chart, Include } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { checkObjects, objectKey } from '../../../lib/synth/object-check';
import { walkTree } from '../../../lib/synth/tree';
import { appWithChart, folderOfTest, manifest } from './support';

const POLICY = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', name: 'deny', namespace: 'a' };

describe('objects that a cluster would hold as one', () => {
  test.each([
    ['the same in every respect', {}, true],
    ['another version of the group', { apiVersion: 'networking.k8s.io/v1beta1' }, true],
    ['another group', { apiVersion: 'policy.networking.k8s.io/v1' }, false],
    ['another kind', { kind: 'Ingress' }, false],
    ['another namespace', { namespace: 'b' }, false],
    ['another name', { name: 'allow' }, false],
  ])('%s', (_, difference, same) => {
    const { chart } = appWithChart();
    const objects = [manifest(chart, 'one', POLICY), manifest(chart, 'two', { ...POLICY, ...difference })];
    expect(checkObjects(objects).map(({ rule }) => rule)).toEqual(same ? ['duplicate-object'] : []);
  });

  test('the finding names both', () => {
    const { chart } = appWithChart();
    expect(checkObjects([manifest(chart, 'one', POLICY), manifest(chart, 'two', POLICY)])).toEqual([
      {
        rule: 'duplicate-object',
        severity: 'error',
        where: { construct: 'chart/two' },
        message: 'NetworkPolicy a/deny is declared twice, here and at chart/one; a cluster would keep only one',
        fix: 'give one of them another name',
      },
    ]);
  });

  test('also of other libraries, in the namespace of their chart', () => {
    const { app } = appWithChart();
    const chart = new Chart(app, 'theirs', { namespace: 'a' });
    const theirs = new ApiObject(chart, 'x', { ...POLICY, metadata: { name: 'deny' } });
    expect(checkObjects([theirs, manifest(chart, 'two', POLICY)])).toHaveLength(1);
  });

  test('also of manifests that are included', () => {
    const { app, chart } = appWithChart();
    const file = join(folderOfTest(), 'included.yaml');
    writeFileSync(
      file,
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n---\napiVersion: v1\nkind: Secret\nmetadata: { name: a }\n',
    );
    new Include(chart, 'one', { url: file });
    new Include(chart, 'two', { url: file });
    expect(checkObjects(walkTree(app).objects).map(({ where }) => where)).toEqual([
      { construct: 'chart/two/a-configmap' },
      { construct: 'chart/two/a-secret' },
    ]);
  });

  test.each([
    ['kind', { apiVersion: 'v1', kind: '' }],
    ['apiVersion', { apiVersion: '', kind: 'ConfigMap' }],
  ])('one without %s is refused', (what, type) => {
    const { chart } = appWithChart();
    const [found] = checkObjects([new ApiObject(chart, 'x', { ...type, metadata: { name: 'x' } })]);
    expect(found).toMatchObject({ severity: 'error', where: { construct: 'chart/x' } });
    expect(found?.message).toBe(`the object 'x' has no ${what}`);
  });

  test('a name that cdk8s generates is the name', () => {
    const { chart } = appWithChart();
    const object = new ApiObject(chart, 'x', { apiVersion: 'v1', kind: 'ConfigMap' });
    expect(objectKey(object)).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', namespace: undefined, name: object.name });
    expect(checkObjects([object])).toEqual([]);
  });
});

describe('names', () => {
  test.each([
    ['ConfigMap', 'a.b-c.9'],
    ['ConfigMap', 'x'.repeat(253)],
    ['Namespace', 'a-b'],
    ['Service', 'x'.repeat(63)],
    ['ClusterRole', 'system:node'],
    ['RoleBinding', 'Team A'],
    ['Role', 'x'.repeat(300)],
    ['IPAddress', '2001:db8::1'],
  ])('%s %s is fine', (kind, name) => {
    const { chart } = appWithChart();
    expect(checkObjects([manifest(chart, 'x', { kind, name })])).toEqual([]);
  });

  test.each([
    ['ConfigMap', 'a_b'],
    ['ConfigMap', 'A'],
    ['ConfigMap', '-a'],
    ['ConfigMap', 'a..b'],
    ['ConfigMap', ''],
    ['ConfigMap', 'x'.repeat(254)],
    ['Namespace', 'a.b'],
    ['Service', 'x'.repeat(64)],
    ['ClusterRole', 'a/b'],
    ['ClusterRole', '..'],
    ['ClusterRole', ''],
    ['Role', 'a%b'],
  ])('%s %s is refused', (kind, name) => {
    const { chart } = appWithChart();
    const findings = checkObjects([manifest(chart, 'x', { kind, name })]);
    expect(findings).toMatchObject([{ rule: 'invalid-name', severity: 'error', where: { construct: 'chart/x' } }]);
  });

  test('of namespaces are checked with every object', () => {
    const { chart } = appWithChart();
    const findings = checkObjects([manifest(chart, 'x', { namespace: 'Team_A' })]);
    expect(findings.map(({ message }) => message)).toEqual(["namespace of ConfigMap 'x' 'Team_A' is not a DNS label"]);
  });
});
