import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { describe, expect, test } from 'vitest';
import { Kustomization } from '../../../lib/synth/kustomization';
import { checkFiles, layOut } from '../../../lib/synth/layout';
import { ManifestDocument } from '../../../lib/synth/manifest-document';
import { apiObject, appWithChart, manifest } from './support';

describe('layOut', () => {
  test('puts objects into their files, in the order of the first object of each', () => {
    const { chart } = appWithChart();
    const [a, b, c] = [
      manifest(chart, 'a', { file: 'x/two.yaml' }),
      manifest(chart, 'b', { file: 'one.yaml' }),
      manifest(chart, 'c', { file: 'x/two.yaml' }),
    ];
    expect(layOut([a, b, c])).toEqual([
      { file: 'x/two.yaml', objects: [a, c] },
      { file: 'one.yaml', objects: [b] },
    ]);
  });

  test('puts objects of other libraries into one file for each chart', () => {
    const app = new App();
    const outer = new Chart(app, 'My Chart');
    const objects = [
      apiObject(outer, 'a'),
      apiObject(new Construct(outer, 'group'), 'b'),
      apiObject(new Chart(outer, 'inner'), 'c'),
    ];
    expect(layOut(objects).map(({ file }) => file)).toEqual(['My-Chart.yaml', 'My-Chart-inner.yaml']);
  });

  test('of nothing is nothing', () => {
    expect(layOut([])).toEqual([]);
  });
});

describe('checkFiles', () => {
  /** Rules and messages for an app in which these files are written. */
  function check(manifests: readonly string[], documents: readonly string[] = [], folders: readonly string[] = []) {
    const { chart } = appWithChart();
    return checkFiles(
      layOut(manifests.map((file, index) => manifest(chart, `m${index}`, { file }))),
      documents.map((file, index) => new ManifestDocument(chart, `d${index}`, { file, render: () => [] })),
      folders.map((folder, index) => new Kustomization(chart, `k${index}`, { folder })),
    );
  }
  const rulesOf = (...files: Parameters<typeof check>) => check(...files).map(({ rule }) => rule);

  test.each(['a.yaml', 'a/b.yaml', '..a.yaml', 'a..b.yaml', '.hidden.yaml', 'a b.yaml', 'é.yaml', 'x/index.json.yaml'])(
    '%j is fine',
    (file) => {
      expect(check([file])).toEqual([]);
    },
  );

  test.each([
    ...['../a.yaml', '/a.yaml', '/etc/a.yaml', './a.yaml', 'a/../b.yaml', 'a/../../b.yaml', 'a//b.yaml', 'a/./b.yaml'],
    ...['..\\a.yaml', 'a\\b.yaml', 'a\0.yaml', 'a\nb.yaml', '..', '.', '', 'a.yaml/', 'a/..'],
  ])('%j is refused as a manifest and as a document', (file) => {
    expect(rulesOf([file])).toContain('unsafe-file');
    expect(check([], [file])).toMatchObject([
      { rule: 'unsafe-file', severity: 'error', where: { construct: 'chart/d0' } },
    ]);
  });

  test('manifests that cdk8s would overlook are refused, documents may have any name', () => {
    expect(rulesOf(['a.yml', 'b.json', 'c'], ['README', 'values.yaml'])).toEqual(Array(3).fill('manifest-extension'));
  });

  test.each<[string, ...Parameters<typeof check>]>([
    ['two documents', [], ['a.md', 'a.md']],
    ['a manifest and a document', ['a.yaml'], ['a.yaml']],
    ['a document and the index', [], ['index.json']],
    ['a manifest and the kustomization', ['kustomization.yaml']],
    ['names that differ in case only', [], ['a.md', 'A.md']],
    ['a manifest and the kustomization of a folder', ['x/kustomization.yaml'], [], ['x']],
    ['two kustomizations of a folder', [], [], ['x', 'x']],
    ['a file where a folder is', ['a/b.yaml'], ['a']],
    ['a folder where a file is', [], ['a', 'a/b/c.md']],
  ])('two claims on one place are refused: %s', (_, ...files) => {
    expect(rulesOf(...files)).toEqual(['duplicate-file']);
  });

  test('the findings name both', () => {
    expect(check(['same.yaml', 'x/y.yaml'], ['same.yaml', 'index.json', 'x']).map(({ message }) => message)).toEqual([
      "the file 'same.yaml' is written twice, here and by chart/m0",
      "the file 'index.json' is written twice, here and by synthesis itself",
      "the file 'x' is in the way of 'x/y.yaml', which chart/m1 writes",
    ]);
  });

  test('objects may share a file', () => {
    expect(check(['same.yaml', 'same.yaml'])).toEqual([]);
  });
});
