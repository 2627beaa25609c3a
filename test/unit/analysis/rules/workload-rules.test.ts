import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { analyse, check, loadManifests } from '../../../../lib/analysis';
import { WORKLOAD_CHECKS } from '../../../../lib/analysis/rules/workload-rules';
import { EXAMPLE_CONTAINER, EXAMPLE_POD } from '../../../../lib/kube/workload-rule/rule';
import { writeFolder } from '../../environment/refusal';
import { folderOfTest } from '../../synth/support';

/** What the rules about workloads find in a folder, each as `severity rule line`. */
function found(files: Readonly<Record<string, string>>): readonly string[] {
  const folder = folderOfTest();
  writeFolder(folder, files);
  const { findings } = check(analyse(loadManifests([folder])), { rules: WORKLOAD_CHECKS });
  return findings.map(({ severity, rule, where }) => `${severity} ${rule} ${'line' in where ? where.line : ''}`);
}

const namespace = (labels: object) =>
  stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } });
const pod = (spec: object, metadata: object = {}) =>
  stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop', ...metadata }, spec });

describe('rules about workloads', () => {
  test('find nothing in a pod that is wrong in nothing', () => {
    expect(found({ 'a.yaml': pod(EXAMPLE_POD) })).toEqual([]);
  });

  test.each([
    [{}, 'warning'],
    [{ 'pod-security.kubernetes.io/enforce': 'baseline' }, 'warning'],
    [{ 'pod-security.kubernetes.io/enforce': 'restricted' }, 'error'],
  ])('in a namespace with %j are a %s', (labels, severity) => {
    const files = { 'a.yaml': pod({ hostPID: true, ...EXAMPLE_POD }), 'ns.yaml': namespace(labels) };
    expect(found(files)).toEqual([`${severity} host-access 7`]);
  });

  test('look into templates, and point into them', () => {
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'a' } };
    const spec = { ...EXAMPLE_POD, containers: [{ ...EXAMPLE_CONTAINER, image: 'a' }] };
    const text = stringify({ ...job, spec: { template: { spec } } }, { aliasDuplicateObjects: false });
    const line = text.split('\n').findIndex((one) => one.includes('image: a')) + 1;
    expect(found({ 'a.yaml': text })).toEqual([`warning image-registry ${line}`, `warning image-version ${line}`]);
  });

  test('leave out what somebody else made', () => {
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', controller: true }];
    expect(found({ 'a.yaml': pod({ ...EXAMPLE_POD, hostPID: true }, { ownerReferences }) })).toEqual([]);
  });

  test('know the approved registries from our inventory', () => {
    const inventory = {
      schemaVersion: 1,
      dialect: 'kubernetes',
      registries: ['ghcr.io/'],
      namespaces: [],
      components: [],
    };
    const files = { 'a.yaml': pod(EXAMPLE_POD), 'inventory.json': JSON.stringify(inventory) };
    expect(found(files).map((text) => text.split(' ').slice(0, 2))).toEqual([['warning', 'image-registry']]);
  });

  test('are suppressed by the annotation that exempts a workload', () => {
    const annotations = { 'portcullis.dev/suppress': 'host-access: watches the node' };
    expect(found({ 'a.yaml': pod({ ...EXAMPLE_POD, hostPID: true }, { annotations }) })).toEqual([]);
  });
});
