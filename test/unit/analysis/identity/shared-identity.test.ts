import { describe, expect, test } from 'vitest';
import { ALIAS, clusterSpiffeId, clusterSpiffeIdOf, deployment, entry, messages, selectorsOf } from './build';

const WEB = deployment('shop/web');
const shared = (...objects: readonly unknown[]) => messages('shared-identity', ALIAS, ...objects);
const one = (more: Record<string, unknown> = {}) => entry('spiffe://td.test/one', selectorsOf('shop/web'), more);
const other = (selectors = selectorsOf('shop/web'), more: Record<string, unknown> = {}) =>
  entry('spiffe://td.test/other', selectors, more);

describe('one workload with two SPIFFE IDs', () => {
  test('is found', () => {
    expect(shared(WEB, one(), other())).toEqual([
      "shop/web would be issued 'spiffe://td.test/other' and 'spiffe://td.test/one' (ClusterStaticEntry entry-20-k8s:ns:shop-k8s:sa:web-k8s:pod-label:app:web, (objects):3)",
    ]);
  });

  test('is found once for all pods of two entries', () => {
    const pods = [WEB, deployment('shop/more', { app: 'web' }, 'web')];
    expect(shared(...pods, one(), other())).toEqual([expect.stringMatching(/^shop\/web and 1 more would be issued/)]);
  });

  test.each([
    ['one SPIFFE ID twice', [one(), clusterSpiffeIdOf('shop/web', { spiffeIDTemplate: 'spiffe://td.test/one' })], 0],
    ['hints that tell them apart', [one({ hint: 'a' }), other(undefined, { hint: 'b' })], 0],
    ['equal hints', [one({ hint: 'a' }), other(undefined, { hint: 'a' })], 1],
    ['a hint for one of them', [one({ hint: 'a' }), other()], 1],
    ['pods of different accounts', [one(), other(selectorsOf('shop/api')), deployment('shop/api')], 0],
    ['wider selectors', [one(), other(['k8s:ns:shop'])], 1],
    [
      'containers of one pod',
      ['a', 'b'].map((name) =>
        entry(`spiffe://td.test/${name}`, [...selectorsOf('shop/web'), `k8s:container-name:${name}`]),
      ),
      0,
    ],
    ['one container and the whole pod', [one(), other([...selectorsOf('shop/web'), 'k8s:container-name:a'])], 1],
    [
      'a fallback that is not needed',
      [
        clusterSpiffeIdOf('shop/web'),
        clusterSpiffeId('any', { spiffeIDTemplate: 'spiffe://td.test/any', fallback: true }),
      ],
      0,
    ],
  ])('%s', (_, objects, number) => {
    expect(shared(WEB, ...objects)).toHaveLength(number);
  });
});

describe('templates', () => {
  const template = (spiffeIDTemplate: string) => clusterSpiffeId('any', { spiffeIDTemplate });

  test.each([
    ['spiffe://td.test/{{ .PodMeta.Namespace }}/{{ .PodSpec.ServiceAccountName }}', 0],
    ['spiffe://{{ .TrustDomain }}/{{.PodMeta.Namespace}}/{{- .PodMeta.Labels.app -}}', 0],
    ['spiffe://{{ .TrustDomain }}/shop/{{ index .PodMeta.Labels "app" }}', 0],
    ['spiffe://{{ .TrustDomain }}/else/{{ .PodSpec.ServiceAccountName }}', 1],
  ])('%s', (text, number) => {
    expect(shared(WEB, clusterSpiffeIdOf('shop/web'), template(text))).toHaveLength(number);
  });

  test('what a template comes to may be unknown', () => {
    const objects = [WEB, clusterSpiffeIdOf('shop/web'), template('spiffe://td.test/{{ .PodMeta.Name }}')];
    expect(shared(...objects)).toEqual([expect.stringMatching(/^shop\/web may be issued/)]);
  });
});

describe('one SPIFFE ID for two workspaces', () => {
  const agent = (workspace: string, namespace = 'agents') =>
    deployment(`${namespace}/agent-${workspace}`, { app: 'agent', 'portarium.dev/workspace': workspace }, 'agent');
  const wide = entry('spiffe://td.test/agent', ['k8s:ns:agents', 'k8s:sa:agent', 'k8s:pod-label:app:agent']);

  test('is found', () => {
    expect(shared(agent('a'), agent('b'), agent('c'), wide)).toEqual([
      "'spiffe://td.test/agent' is the identity of the workspaces 'a' (agents/agent-a) and 'b' (agents/agent-b) and 1 more, so each passes for the other",
    ]);
  });

  test('by two entries as well', () => {
    const entries = ['a', 'b'].map((name) =>
      entry('spiffe://td.test/agent', [
        'k8s:ns:agents',
        'k8s:sa:agent',
        `k8s:pod-label:portarium.dev/workspace:${name}`,
      ]),
    );
    expect(shared(agent('a'), agent('b'), ...entries)).toHaveLength(1);
  });

  test('where labels of the namespaces name the workspaces', () => {
    const namespaces = ['a', 'b'].map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { workspace: name } },
    }));
    const template = { spiffeIDTemplate: 'spiffe://td.test/web', workloadSelectorTemplates: ['k8s:sa:web'] };
    expect(
      shared(...namespaces, deployment('a/web'), deployment('b/web'), clusterSpiffeId('web', template)),
    ).toHaveLength(1);
  });

  test.each([
    [
      'two workloads of one workspace',
      [agent('a'), deployment('agents/more', { app: 'agent', 'portarium.dev/workspace': 'a' }, 'agent'), wide],
    ],
    ['workloads of none', [deployment('agents/x', { app: 'agent' }, 'agent'), agent('a'), wide]],
    [
      'a template that tells them apart',
      [
        agent('a'),
        agent('b'),
        clusterSpiffeId('agents', {
          spiffeIDTemplate: 'spiffe://td.test/agent/{{ index .PodMeta.Labels "portarium.dev/workspace" }}',
        }),
      ],
    ],
  ])('%s', (_, objects) => {
    expect(shared(...objects)).toEqual([]);
  });
});
