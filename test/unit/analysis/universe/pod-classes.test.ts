import { describe, expect, test } from 'vitest';
import type { PodSelector, Requirement } from '../../../../lib/analysis/policy/requirement';
import { attributeKey } from '../../../../lib/analysis/universe/mentioned';
import { PodClasses } from '../../../../lib/analysis/universe/pod-classes';
import { manifests, type PodsOf } from '../answer/cluster';

interface Given {
  readonly pods: Readonly<Record<string, PodsOf>>;
  readonly selectors?: readonly PodSelector[];
  readonly ports?: readonly string[];
  readonly isCilium?: boolean;
  readonly namespaceLabels?: Readonly<Record<string, string>>;
}

function classesOf({ pods, selectors = [], ports = [], isCilium = true, namespaceLabels = {} }: Given): PodClasses {
  const values = new Map<string, Set<string>>();
  for (const requirement of selectors.flat()) {
    const key = attributeKey(requirement);
    values.set(key, new Set([...(values.get(key) ?? []), ...requirement.values]));
  }
  const { workloads, namespaces } = manifests(pods);
  const labelled = namespaces.map(({ name, labels }) => ({
    name,
    labels: name === 'shop' ? { ...labels, ...namespaceLabels } : labels,
  }));
  const mentioned = { values, blocks: [], names: new Set<string>(), ports: new Set(ports) };
  return new PodClasses(workloads, labelled, mentioned, isCilium, ({ addresses }) => addresses.join());
}

/** Names of the pods of each class. */
const names = (classes: PodClasses) => classes.ends.map(({ workloads }) => workloads.map(({ name }) => name).join());

const required = (attribute: Requirement['attribute'], key: string, values: readonly string[]): Requirement => {
  return { attribute, key, operator: 'In', values };
};
const app = (...values: readonly string[]) => required('label', 'app', values);

const PODS = { 'shop/a': {}, 'shop/b': {}, 'bank/a': {}, 'bank/c': {} };

describe('pods are of one class', () => {
  test.each<readonly [string, Given, readonly string[]]>([
    ['if no policy tells them apart', { pods: PODS }, ['a,b,a,c']],
    ['with the same value of a label', { pods: PODS, selectors: [[app('a')]] }, ['a,a', 'b,c']],
    ['with values that nobody names', { pods: PODS, selectors: [[app('z')]] }, ['a,b,a,c']],
    [
      'unless only one has a label that somebody asks for',
      { pods: { ...PODS, 'shop/d': { labels: {} } }, selectors: [[{ ...app(), operator: 'Exists' }]] },
      ['a,b,a,c', 'd'],
    ],
    [
      'unless the value is empty and the label is missing',
      { pods: { 'shop/a': { labels: { app: '' } }, 'shop/b': { labels: {} } }, selectors: [[app('')]] },
      ['a', 'b'],
    ],
    [
      'unless their namespaces are told apart',
      { pods: PODS, selectors: [[required('namespace', '', ['shop'])]] },
      ['a,b', 'a,c'],
    ],
    [
      'unless their namespaces have different labels',
      { pods: PODS, selectors: [[required('namespaceLabel', 'team', ['red'])]], namespaceLabels: { team: 'red' } },
      ['a,b', 'a,c'],
    ],
    [
      'unless they have different accounts',
      {
        pods: { 'shop/a': { serviceAccount: 'x' }, 'shop/b': {} },
        selectors: [[required('serviceAccount', '', ['x'])]],
      },
      ['a', 'b'],
    ],
    ["unless one is on the host's network", { pods: { 'shop/a': { hostNetwork: true }, 'shop/b': {} } }, ['a', 'b']],
    [
      'unless their addresses are told apart',
      { pods: { 'shop/a': { addresses: ['10.0.0.1'] }, 'shop/b': {} } },
      ['a', 'b'],
    ],
    [
      'unless a port that policies name has another number',
      {
        pods: {
          'shop/a': { ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
          'shop/b': { ports: [{ name: 'http', port: 81, protocol: 'TCP' }] },
          'shop/c': {
            ports: [
              { name: 'http', port: 80, protocol: 'TCP' },
              { name: 'other', port: 1, protocol: 'TCP' },
            ],
          },
        },
        ports: ['http'],
      },
      ['a,c', 'b'],
    ],
  ])('%s', (_, given, expected) => {
    expect(names(classesOf(given))).toEqual(expected);
  });

  test('and a workload knows its own', () => {
    const given = { pods: PODS, selectors: [[app('a')]] };
    const classes = classesOf(given);
    const indices = classes.ends.flatMap(({ workloads }) => workloads.map((workload) => classes.of(workload)));
    expect(indices).toEqual([0, 0, 1, 1]);
  });
});

describe('a selector selects', () => {
  const LABELLED = {
    'shop/a': { labels: { app: 'a', tier: 'front' } },
    'shop/b': { labels: { app: 'b' } },
    'bank/c': { labels: { app: 'c', tier: 'back' } },
    'bank/host': { labels: { app: 'a' }, hostNetwork: true },
  };
  test.each<readonly [string, PodSelector, readonly string[]]>([
    ["all but what is on the host's network", [], ['a', 'b', 'c']],
    ['one value', [app('a')], ['a']],
    ['several values, each once', [app('a', 'b', 'a')], ['a', 'b']],
    ['none without the value', [app('x')], []],
    ['what meets all requirements', [app('a', 'b'), required('label', 'tier', ['front'])], ['a']],
    ['by a label that is there', [{ ...required('label', 'tier', []), operator: 'Exists' }], ['a', 'c']],
    ['by a label that is not', [{ ...required('label', 'tier', []), operator: 'DoesNotExist' }], ['b']],
    [
      'what has not this value, or none at all',
      [{ ...required('label', 'tier', ['front']), operator: 'NotIn' }],
      ['b', 'c'],
    ],
    ['a namespace', [required('namespace', '', ['bank'])], ['c']],
    ['by a label of the namespace', [required('namespaceLabel', 'kubernetes.io/metadata.name', ['shop'])], ['a', 'b']],
    ['this cluster, whatever it is called', [required('cluster', '', ['east']), app('a')], ['a']],
    ['no pods by what only Cilium itself has', [{ ...required('reserved', 'host', []), operator: 'Exists' }], []],
    ['by names that every object has', [{ ...required('label', 'constructor', []), operator: 'Exists' }], []],
  ])('%s', (_, selector, expected) => {
    const classes = classesOf({ pods: LABELLED, selectors: [selector, [app('a', 'b', 'c')]] });
    const selected = classes.select(selector).flatMap((index) => classes.ends[index]?.workloads ?? []);
    expect(selected.map(({ name }) => name).sort()).toEqual(expected);
  });
});

describe('labels that Cilium leaves out of identities', () => {
  test.each([
    ['app', true],
    ['app.kubernetes.io/name', true],
    ['example.com/pod-template-hash', true],
    ['pod-template-hash', false],
    ['controller-revision-hash', false],
    ['k8s.io/x', false],
    ['io.kubernetes.x', false],
    ['kubernetes.io/x', false],
    ['beta.kubernetes.io/x', false],
    ['node.beta.kubernetes.io/x', false],
    ['statefulset.kubernetes.io/pod-name', false],
    ['batch.kubernetes.io/job-completion-index', false],
    ['batch.kubernetes.io/job-name', true],
    ['topology.kubernetes.io/zone', false],
  ])('%s selects: %s', (key, selects) => {
    const selector = [required('label', key, ['x'])];
    const given = { pods: { 'shop/a': { labels: { [key]: 'x' } } }, selectors: [selector] };
    expect(classesOf(given).select(selector)).toEqual(selects ? [0] : []);
    expect(classesOf({ ...given, isCilium: false }).select(selector)).toEqual([0]);
  });
});
