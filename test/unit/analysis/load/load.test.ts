import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadManifests, manifestsOf } from '../../../../lib/analysis/load/load';
import type { Manifests } from '../../../../lib/analysis/load/manifests';
import { type Files, temporaryFolder, writeFolder } from '../../environment/refusal';
import { pod } from './pod';

const folder = temporaryFolder();

function load(files: Files): Manifests {
  writeFolder(folder, files);
  return loadManifests([folder]);
}

/** Findings as `file:line severity rule message`, with files below the folder. */
function lines({ findings }: Manifests): readonly string[] {
  return findings.map(({ rule, severity, where, message }) => {
    const at =
      'file' in where
        ? `${where.file?.replace(`${folder}/`, '')}${'line' in where && where.line !== undefined ? `:${where.line}` : ''}`
        : '';
    return `${at} ${severity} ${rule}: ${message}`;
  });
}

describe('documents', () => {
  test('stand in YAML, in JSON, in lists and in lists of a kind', () => {
    const { workloads, findings, objects } = load({
      'a.yaml': `# comment\n---\n${pod('one')}---  # another\n${pod('two')}---\n\n---\n# nothing\n`,
      'b.json': JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'three' } }),
      'deep/c.yml': 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: four}}\n',
      'deep/d.json': JSON.stringify({ apiVersion: 'v1', kind: 'PodList', items: [{ metadata: { name: 'five' } }] }),
    });
    expect(findings).toEqual([]);
    expect(objects).toBe(5);
    expect(workloads.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
      ...['shop/one', 'shop/two', 'default/three', 'default/four', 'default/five'],
    ]);
  });

  test('know their file, their first line and the lines of their fields', () => {
    const { policies } = load({
      'p.yaml': `# about\n---\n\n# more\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: a\nspec:\n  podSelector: {}\n  egress:\n  - {}\n  - ports: []\n`,
    });
    const source = policies[0]?.source;
    expect([source?.file, source?.line]).toEqual([join(folder, 'p.yaml'), 5]);
    expect(source?.lineOf(['spec', 'egress', 1])).toBe(13);
    expect(source?.lineOf(['spec', 'egress', 1, 'to'])).toBe(13);
    expect(source?.lineOf(['spec', 'ingress'])).toBe(9);
  });

  test('know the lines of items of a list', () => {
    const text =
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: networking.k8s.io/v1\n  kind: NetworkPolicy\n  metadata:\n    name: a\n  spec:\n    podSelector: {}\n';
    expect(load({ 'p.yaml': text }).policies[0]?.source.lineOf(['spec', 'podSelector'])).toBe(9);
  });

  test('of JSON may stand one behind another', () => {
    const object = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { a: '} "{' } } });
    const text = `${JSON.stringify(object('one'))}\n${JSON.stringify(object('two'), null, 2)}${JSON.stringify(object('three'))}\n\n`;
    const { workloads, findings } = load({ 'a.json': text, 'b.yaml': `\n${text.replaceAll('one', 'four')}` });
    expect(findings.map(({ rule }) => rule)).toEqual(['duplicate-object', 'duplicate-object']);
    expect(workloads.map(({ name, source }) => [name, source?.line])).toEqual([
      ['one', 1],
      ['two', 3],
      ['three', 12],
      ['four', 2],
    ]);
  });

  test.each(['{"a": 1}\n{"b"', '{a: b}\n{', '}{', '[1]]'])('broken JSON is a finding: %j', (text) => {
    const { findings } = load({ 'a.json': text });
    expect(findings[0]).toMatchObject({ severity: 'error', rule: 'yaml-syntax' });
  });

  test('of kinds that say nothing are counted', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } };
    expect(manifestsOf([secret, { ...secret, metadata: { name: 'b' } }]).ignored).toEqual({ 'v1 Secret': 2 });
  });

  test('may use anchors and merge keys, as kubectl reads them', () => {
    const text =
      'apiVersion: v1\nkind: Pod\nmetadata: &m\n  name: a\n  labels: &l { app: a }\nspec:\n  x: { <<: *l, other: b }\n';
    expect(load({ 'a.yaml': text }).workloads).toHaveLength(1);
  });

  test('beside manifests that are none are left alone', () => {
    const { findings, objects, ignored } = load({
      'package.json': '{"name": "x"}',
      'overlay/kustomization.yml': 'resources: [../base]\n',
      'kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n',
      'tests/kyverno-test.yaml': `${['Test', 'Values', 'UserInfo', 'Context'].map((kind) => `apiVersion: cli.kyverno.io/v1alpha1\nkind: ${kind}\nmetadata: { name: a }\n`).join('---\n')}`,
      'tests/tenant-create.resources': pod('bad'),
      '.git/config.yaml': 'nonsense: [',
      'node_modules/x/a.yaml': 'nonsense: [',
      'README.md': 'nonsense: [',
    });
    expect([findings, objects]).toEqual([[], 0]);
    const kinds = ['Test', 'Values', 'UserInfo', 'Context'].map((kind) => [`cli.kyverno.io/v1alpha1 ${kind}`, 1]);
    expect(ignored).toEqual(Object.fromEntries(kinds));
  });
});

describe('what cannot be read is a finding, and the rest is there', () => {
  const rest = `---\n${pod('rest')}`;

  test.each<readonly [string, string, string]>([
    ['broken YAML', `a: [1, 2\n${rest}`, 'a.yaml:2 error yaml-syntax: the YAML cannot be read'],
    [
      'a key that stands twice',
      `apiVersion: v1\nkind: Pod\nkind: Pod\n${rest}`,
      'a.yaml:3 error yaml-syntax: the YAML cannot be read: Map keys must be unique',
    ],
    [
      'a document without a kind',
      `apiVersion: v1\nmetadata: { name: a }\n${rest}`,
      'a.yaml:1 error not-an-object: the document has no kind',
    ],
    [
      'a document without a name',
      `apiVersion: v1\nkind: Pod\n${rest}`,
      'a.yaml:1 error not-an-object: the object has no metadata.name',
    ],
    ['a text', `hello\n${rest}`, 'a.yaml:1 error not-an-object: the document is no object'],
    ['a list', `- a\n${rest}`, 'a.yaml:1 error not-an-object: the document is no object'],
  ])('%s', (_, text, expected) => {
    const loaded = load({ 'a.yaml': text });
    expect(lines(loaded)).toHaveLength(1);
    expect(lines(loaded)[0]).toContain(expected);
    expect(loaded.workloads.map(({ name }) => name)).toEqual(['rest']);
  });

  test('a template of Helm, with the way out', () => {
    const { findings } = load({
      'a.yaml': 'metadata:\n  name: {{ .Values.name }}\n{{- if .x }}\nspec: {}\n{{- end }}\n',
    });
    expect(findings[0]).toMatchObject({ rule: 'yaml-syntax', fix: expect.stringContaining('helm template') });
  });

  test('an alias bomb', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${Array(10).fill(`*l${level}`).join()}]`,
    );
    const { findings } = load({ 'a.yaml': `l0: &l0 [x]\n${levels.join('\n')}\n` });
    expect(findings).toEqual([expect.objectContaining({ rule: 'yaml-syntax', severity: 'error' })]);
  });

  test.each(['gone', 'gone/*.yaml', 'gone.yaml'])('the path %s', (path) => {
    const { findings } = loadManifests([join(folder, path)]);
    expect(findings).toEqual([expect.objectContaining({ rule: 'file-unreadable', severity: 'error' })]);
  });

  test('an inventory of another shape', () => {
    const { findings } = load({ 'inventory.json': '{"schemaVersion": 1, "dialect": 3}', 'a.yaml': rest });
    expect(findings[0]).toMatchObject({ rule: 'inventory', severity: 'error' });
  });

  test('policies of kinds that are not evaluated, never in silence', () => {
    const kinds = [
      ['policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy'],
      ['policy.networking.k8s.io/v1alpha1', 'BaselineAdminNetworkPolicy'],
      ['policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy'],
      ['crd.projectcalico.org/v1', 'GlobalNetworkPolicy'],
      ['projectcalico.org/v3', 'NetworkPolicy'],
      ['cilium.io/v2', 'CiliumLocalRedirectPolicy'],
      ['security.istio.io/v1', 'AuthorizationPolicy'],
      ['extensions/v1beta1', 'NetworkPolicy'],
    ];
    const objects = kinds.map(([apiVersion, kind]) => ({ apiVersion, kind, metadata: { name: 'a' } }));
    expect(manifestsOf(objects).findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual(
      kinds.map(() => 'warning policy-not-evaluated'),
    );
  });

  test('objects of other kinds that have pods', () => {
    const spec = { template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web' }] } } };
    const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'web' }, spec };
    expect(manifestsOf([rollout, { ...rollout, kind: 'AnalysisTemplate', spec: {} }]).findings).toEqual([
      expect.objectContaining({
        rule: 'pods-unknown',
        severity: 'warning',
        message: 'the pods of Rollout web (argoproj.io/v1alpha1) are not known here',
      }),
    ]);
  });

  test.each([
    ['version: 1.0', 'version of Pod shop/one is no text but 1;'],
    ['on: yes', 'true of Pod shop/one is no text but true;'],
    ['list: [a]', 'list of Pod shop/one is no text but ["a"];'],
  ])('a label that is no text: %s', (label, expected) => {
    const loaded = load({ 'a.yaml': pod('one').replace('app: one', `app: one, ${label}`) });
    expect(lines(loaded)).toEqual([expect.stringContaining(`error label-no-text: the label ${expected}`)]);
    expect(loaded.workloads.map(({ labels }) => labels)).toEqual([{ app: 'one' }]);
  });

  test('labels of templates that are no text, each with its line', () => {
    const text =
      'apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: a }\nspec:\n  jobTemplate:\n    spec:\n      template:\n        metadata:\n          labels:\n            app: a\n            tier: 3\n            none:\n';
    expect(lines(load({ 'a.yaml': text }))).toEqual([
      expect.stringContaining('a.yaml:11 error label-no-text: the label tier of CronJob a'),
    ]);
  });

  test('an object of the whole cluster that stands twice is named without a namespace', () => {
    const role = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: a }\n';
    const elsewhere = role.replace('name: a', 'name: a, namespace: shop');
    expect(lines(load({ 'a.yaml': role, 'b.yaml': elsewhere }))[0]).toContain(
      'b.yaml:1 warning duplicate-object: ClusterRole a stands here and in',
    );
  });

  test('an object that stands twice; the last one counts', () => {
    const loaded = load({ 'a.yaml': pod('one'), 'b.yaml': pod('one').replace('app: one', 'app: other') });
    expect(lines(loaded)[0]).toContain('b.yaml:1 warning duplicate-object: Pod shop/one stands here and in');
    expect(loaded.workloads.map(({ labels }) => labels)).toEqual([{ app: 'other' }]);
  });
});

test('the order of documents does not matter', () => {
  const documents = [
    pod('one'),
    pod('two'),
    'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { team: a } }\n',
    'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: a, namespace: other }\nspec: { podSelector: {} }\n',
    'apiVersion: v1\nkind: Service\nmetadata: { name: s, namespace: shop }\nspec: { selector: { app: one } }\n',
  ];
  const shape = (manifests: Manifests) => ({
    namespaces: manifests.namespaces.map(({ name, labels }) => JSON.stringify([name, labels])),
    workloads: manifests.workloads.map(({ namespace, name }) => `${namespace}/${name}`).sort(),
    policies: manifests.policies.map(({ object }) => object.metadata.name).sort(),
    services: manifests.services.map(({ name, selector }) => JSON.stringify([name, selector])).sort(),
  });
  const read = (texts: readonly string[]) => shape(loadManifests(['-'], { stdin: () => texts.join('---\n') }));
  const expected = read(documents);
  fc.assert(
    fc.property(fc.shuffledSubarray(documents, { minLength: documents.length }), (shuffled) => {
      expect(read(shuffled)).toEqual(expected);
    }),
  );
});
