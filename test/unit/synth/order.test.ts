import { type ApiObject, App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyOrder } from '../../../lib/synth/order';
import { walkTree } from '../../../lib/synth/tree';
import { apiObject, appWithChart, manifest } from './support';

function sorted(app: App): { readonly names: readonly string[]; readonly findings: readonly string[] } {
  const { objects, dependencies } = walkTree(app);
  const { order, findings } = applyOrder(objects, dependencies);
  return {
    names: order.map(({ node }) => node.path.replace('chart/', '')),
    findings: findings.map(({ rule }) => rule),
  };
}

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];

describe('without dependencies', () => {
  test('Namespaces come first, then CRDs, then the rest as declared', () => {
    const { app, chart } = appWithChart();
    for (const [id, kind] of [
      ['z', 'ConfigMap'],
      ['crd', 'CustomResourceDefinition'],
      ['y', 'Secret'],
      ['ns-b', 'Namespace'],
      ['ns-a', 'Namespace'],
    ] as const) {
      apiObject(chart, id, kind);
    }
    expect(sorted(app)).toEqual({ names: ['ns-b', 'ns-a', 'crd', 'z', 'y'], findings: [] });
  });
});

describe('dependencies', () => {
  const kinds = fc.constantFrom('Namespace', 'CustomResourceDefinition', 'ConfigMap', 'Deployment');
  // Pairs of positions in a random sequence; the later one depends on the earlier one, so that there is no circle.
  const graphs = fc.record({
    kinds: fc.tuple(...NAMES.map(() => kinds)),
    sequence: fc.shuffledSubarray(NAMES, { minLength: NAMES.length }),
    edges: fc.array(fc.tuple(fc.nat(NAMES.length - 1), fc.nat(NAMES.length - 1)), { maxLength: 25 }),
    namespaces: fc.tuple(...NAMES.map(() => fc.constantFrom(...NAMES))),
  });

  test('every object comes after what it depends on, whatever their kinds', () => {
    fc.assert(
      fc.property(graphs, ({ kinds: kindOf, sequence, edges, namespaces }) => {
        const { app, chart } = appWithChart();
        const objects = new Map(NAMES.map((id, i) => [id, apiObject(chart, id, kindOf[i], namespaces[i])]));
        const pairs = edges.filter(([from, to]) => from !== to).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
        const named = pairs.map(
          ([earlier, later]) => [sequence[earlier as number], sequence[later as number]] as const,
        );
        for (const [before, after] of named)
          objects.get(after as string)?.addDependency(objects.get(before as string) as Construct);

        const { names, findings } = sorted(app);

        expect(findings).toEqual([]);
        expect([...names].sort()).toEqual(NAMES);
        const wrong = named.filter(
          ([before, after]) => names.indexOf(before as string) > names.indexOf(after as string),
        );
        expect(wrong).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('every object comes after its Namespace, unless that was said to come later', () => {
    fc.assert(
      fc.property(graphs, ({ sequence, edges, namespaces }) => {
        const { app, chart } = appWithChart();
        const isNamespace = (id: string) => id < 'd';
        const objects = new Map(
          NAMES.map((id, i) => [
            id,
            isNamespace(id) ? apiObject(chart, id, 'Namespace') : apiObject(chart, id, 'ConfigMap', namespaces[i]),
          ]),
        );
        for (const [a, b] of edges) {
          const [before, after] = [Math.min(a, b), Math.max(a, b)].map((position) => sequence[position] as string);
          // Namespaces depend on Namespaces only, so that no one comes after what is in it.
          if (before === after || (isNamespace(after as string) && !isNamespace(before as string))) continue;
          objects.get(after as string)?.addDependency(objects.get(before as string) as Construct);
        }
        const { names } = sorted(app);
        const wrong = NAMES.filter((id, i) => {
          const namespace = namespaces[i] as string;
          return !isNamespace(id) && isNamespace(namespace) && names.indexOf(namespace) > names.indexOf(id);
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('what a Namespace depends on does not come before its own Namespace', () => {
    const app = new App();
    const [first, second, third] = ['first', 'second', 'third'].map((id) => {
      const chart = new Chart(app, id);
      apiObject(chart, `config-${id}`, 'ConfigMap', id);
      apiObject(chart, id, 'Namespace');
      return chart;
    }) as [Chart, Chart, Chart];
    first.addDependency(second.node.findChild('config-second'));
    second.addDependency(third);
    expect(sorted(app).names).toEqual([
      ...['third/third', 'third/config-third', 'second/second', 'second/config-second'],
      ...['first/first', 'first/config-first'],
    ]);
  });

  test('what a CRD depends on does not come before the CRD of its own kind', () => {
    const { app, chart } = appWithChart();
    const custom = manifest(chart, 'custom', { apiVersion: 'b.io/v1', kind: 'Thing' });
    manifest(chart, 'as.a.io', {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
    }).addDependency(custom);
    manifest(chart, 'things.b.io', { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' });
    expect(sorted(app).names).toEqual(['things.b.io', 'custom', 'as.a.io']);
  });

  test('a Namespace may be said to come after what is in it', () => {
    const { app, chart } = appWithChart();
    const namespace = apiObject(chart, 'ns', 'Namespace');
    const inside = apiObject(chart, 'inside', 'ConfigMap', 'ns');
    namespace.addDependency(inside);
    expect(sorted(app)).toEqual({ names: ['inside', 'ns'], findings: [] });
  });

  test('a group depends on a group', () => {
    const { app, chart } = appWithChart();
    const [late, early] = ['late', 'early'].map((id) => {
      const group = new Construct(chart, id);
      for (const name of ['x', 'y']) apiObject(new Construct(group, `nested-${name}`), name);
      return group;
    }) as [Construct, Construct];
    late.node.addDependency(early);
    expect(sorted(app).names).toEqual([
      ...['early/nested-x/x', 'early/nested-y/y', 'late/nested-x/x', 'late/nested-y/y'],
    ]);
  });

  test('a chart depends on a chart, and everything in charts inside it does', () => {
    const app = new App();
    const [platform, operator] = [new Chart(app, 'platform'), new Chart(app, 'operator')];
    apiObject(new Chart(platform, 'workspace'), 'policy');
    apiObject(operator, 'deployment');
    platform.addDependency(operator);
    expect(sorted(app).names).toEqual(['operator/deployment', 'platform/workspace/policy']);
  });

  test('a group depends on an object in it', () => {
    const { app, chart } = appWithChart();
    const group = new Construct(chart, 'group');
    apiObject(group, 'x');
    group.node.addDependency(apiObject(group, 'needed'));
    apiObject(group, 'y');
    expect(sorted(app)).toEqual({ names: ['group/needed', 'group/x', 'group/y'], findings: [] });
  });

  test('an object depends on the group that it is in', () => {
    const { app, chart } = appWithChart();
    const group = new Construct(chart, 'group');
    const last = new Construct(group, 'last');
    for (const id of ['x', 'y']) apiObject(last, id);
    apiObject(group, 'z');
    last.node.addDependency(group);
    expect(sorted(app)).toEqual({ names: ['group/z', 'group/last/x', 'group/last/y'], findings: [] });
  });

  test('charts depend on the chart around them, and not on each other', () => {
    const { app, chart } = appWithChart();
    for (const id of ['one', 'two']) {
      const inside = new Chart(chart, id);
      apiObject(inside, 'x');
      apiObject(inside, 'y');
      inside.addDependency(chart);
    }
    apiObject(chart, 'shared');
    expect(sorted(app)).toEqual({ names: ['shared', 'one/x', 'one/y', 'two/x', 'two/y'], findings: [] });
  });

  test('the dependencies that cdk8s adds when it synthesizes are no circle', () => {
    const { app, chart } = appWithChart();
    for (const id of ['one', 'two']) {
      const inside = new Chart(chart, id);
      apiObject(inside, 'x');
      apiObject(inside, 'y');
    }
    apiObject(chart, 'own');
    chart.toJson();
    expect(sorted(app)).toEqual({ names: ['one/x', 'one/y', 'two/x', 'two/y', 'own'], findings: [] });
  });

  test('nothing depends on itself, on what is empty or on what is elsewhere', () => {
    const { app, chart } = appWithChart();
    const [x, y] = [apiObject(chart, 'x'), apiObject(chart, 'y')];
    x.addDependency(x, new Construct(chart, 'empty'), apiObject(appWithChart().chart, 'elsewhere'));
    x.addDependency(y);
    expect(sorted(app)).toEqual({ names: ['y', 'x'], findings: [] });
  });
});

describe('circles', () => {
  test('are one finding that names the constructs', () => {
    const { app, chart } = appWithChart();
    const [a, b, c] = ['a', 'b', 'c'].map((id) => apiObject(chart, id)) as [ApiObject, ApiObject, ApiObject];
    apiObject(chart, 'innocent').addDependency(a);
    a.addDependency(b);
    b.addDependency(c);
    c.addDependency(a);
    const { objects, dependencies } = walkTree(app);
    expect(applyOrder(objects, dependencies).findings).toEqual([
      {
        rule: 'dependency-cycle',
        severity: 'error',
        where: { construct: 'chart/a' },
        message:
          'objects depend on each other in a circle: ConfigMap a (chart/a) → ConfigMap b (chart/b) → ConfigMap c (chart/c) → ConfigMap a (chart/a)',
        fix: 'remove one of these dependencies',
      },
    ]);
  });

  test('between groups name objects of both', () => {
    const { app, chart } = appWithChart();
    const groups = ['one', 'two'].map((id) => new Construct(chart, id)) as [Construct, Construct];
    for (const group of groups) for (const id of ['x', 'y']) apiObject(group, id);
    groups[0].node.addDependency(groups[1]);
    groups[1].node.addDependency(groups[0]);
    const { objects, dependencies } = walkTree(app);
    const { findings } = applyOrder(objects, dependencies);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.message).toMatch(/\(chart\/one\/x\) → .*\(chart\/two\/x\) → .*\(chart\/one\/x\)$/);
  });

  test('of many objects are cut short', () => {
    const { app, chart } = appWithChart();
    const all = Array.from({ length: 40 }, (_, index) => apiObject(chart, `o${index}`));
    for (const [index, object] of all.entries()) object.addDependency(all[(index + 1) % all.length] as Construct);
    const { objects, dependencies } = walkTree(app);
    const message = applyOrder(objects, dependencies).findings[0]?.message;
    expect(message).toContain('ConfigMap o9 (chart/o9) → 30 more → ConfigMap o0 (chart/o0)');
  });
});

describe('size', () => {
  test('layers that depend on each other all to all', () => {
    const { app, chart } = appWithChart();
    const layers = Array.from({ length: 60 }, (_, layer) =>
      Array.from({ length: 10 }, (_, index) => apiObject(chart, `o${layer}-${index}`)),
    );
    // Declared upside down, so that the order of the tree does not help.
    for (const [index, layer] of layers.entries()) {
      for (const object of layer) object.addDependency(...(layers[index + 1] ?? []));
    }
    const { names } = sorted(app);
    const layerOf = names.map((name) => Number(/\d+/.exec(name)?.[0]));
    expect(layerOf).toEqual([...layerOf].sort((a, b) => b - a));
    expect(names).toHaveLength(600);
  });

  test('a chain through every object of one chart, and one object that depends on all of it', () => {
    const { app, chart } = appWithChart();
    const all = Array.from({ length: 50_000 }, (_, index) => apiObject(chart, `o${index}`));
    for (const [index, object] of all.entries()) if (index > 0) all[index - 1]?.addDependency(object);
    const first = new Construct(chart, 'last');
    apiObject(first, 'last');
    first.node.addDependency(chart);
    const { names, findings } = sorted(app);
    expect(findings).toEqual([]);
    expect(names.slice(0, 2)).toEqual(['o49999', 'o49998']);
    expect(names.slice(-2)).toEqual(['o0', 'last/last']);
  });

  test('many charts inside a chart that cdk8s has synthesized', () => {
    const { app, chart } = appWithChart();
    for (let index = 0; index < 2_000; index++) apiObject(new Chart(chart, `c${index}`), 'x');
    apiObject(chart, 'own');
    // What cdk8s adds; chart.toJson() itself takes a minute for so many.
    for (const child of chart.node.children) if (Chart.isChart(child)) chart.addDependency(child);
    expect(sorted(app).names.at(-1)).toBe('own');
  });
});
