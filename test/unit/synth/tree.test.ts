import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { describe, expect, test } from 'vitest';
import { Kustomization } from '../../../lib/synth/kustomization';
import { ManifestDocument } from '../../../lib/synth/manifest-document';
import { walkTree } from '../../../lib/synth/tree';
import { apiObject, appWithChart, manifest } from './support';

describe('walkTree', () => {
  test('finds everything in the order of the tree', () => {
    const { app, chart } = appWithChart();
    const group = new Construct(chart, 'group');
    manifest(group, 'ours');
    new ManifestDocument(group, 'document', { file: 'a.md', render: () => [] });
    new Kustomization(group, 'kustomization', { folder: 'a' });
    apiObject(new Chart(group, 'nested'), 'theirs');
    apiObject(chart, 'last');
    chart.node.addValidation({ validate: () => ['wrong'] });

    const tree = walkTree(app);

    const paths = (constructs: readonly Construct[]) => constructs.map(({ node }) => node.path);
    expect(paths(tree.objects)).toEqual(['chart/group/ours', 'chart/group/nested/theirs', 'chart/last']);
    expect(paths(tree.documents)).toEqual(['chart/group/document']);
    expect(paths(tree.kustomizations)).toEqual(['chart/group/kustomization']);
    expect(tree.findings.map(({ message }) => message)).toEqual(['wrong']);
    expect(tree.dependencies).toEqual([]);
  });

  test('says for each dependency which objects it is about', () => {
    const { app, chart } = appWithChart();
    const group = new Construct(chart, 'group');
    for (const id of ['a', 'b']) apiObject(group, id);
    apiObject(chart, 'c').addDependency(group);
    apiObject(chart, 'd').addDependency(group);
    const { dependencies } = walkTree(app);
    expect(dependencies).toEqual([
      { dependents: [2], dependencies: [0, 1] },
      { dependents: [3], dependencies: [0, 1] },
    ]);
    expect(dependencies[0]?.dependencies).toBe(dependencies[1]?.dependencies);
  });

  test('walks a deep tree', () => {
    const { app, chart } = appWithChart();
    let scope: Construct = chart;
    // constructs keeps the list of all scopes in every construct, which makes much deeper trees impossible.
    for (let level = 0; level < 3_000; level++) scope = new Construct(scope, 'n');
    apiObject(scope, 'deep').addDependency(apiObject(chart, 'shallow'));
    const { objects, dependencies } = walkTree(app);
    expect(objects).toHaveLength(2);
    expect(dependencies).toEqual([{ dependents: [0], dependencies: [1] }]);
  });

  test('walks an empty app', () => {
    expect(walkTree(new App())).toEqual({
      objects: [],
      documents: [],
      kustomizations: [],
      findings: [],
      unproved: [],
      dependencies: [],
    });
  });
});
