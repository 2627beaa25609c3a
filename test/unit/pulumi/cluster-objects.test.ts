import { Provider } from '@pulumi/kubernetes/provider';
import * as pulumi from '@pulumi/pulumi';
import { ApiObject, App, Chart, Lazy } from 'cdk8s';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FindingsError } from '../../../lib/finding';
import { ClusterObjects } from '../../../lib/pulumi/cluster-objects';
import { Recorder, type Registration, SECRET } from './recorder';

let recorder: Recorder;
let provider: Provider;
let app: App;

beforeEach(() => {
  recorder = Recorder.start('prod');
  provider = new Provider('cluster', { context: 'prod' });
  app = new App();
});

// What one test registers must not reach the recorder of the next.
afterEach(() => recorder.settled());

/** A resource with a value that only its provider knows. */
class Database extends pulumi.CustomResource {
  declare readonly host: pulumi.Output<string>;

  constructor(name: string) {
    super('test:index:Database', name, { host: undefined });
  }
}

/** An object in the namespace agents. */
function add(kind: string, name: string, fields: Record<string, unknown> = {}, apiVersion = 'v1'): ApiObject {
  const chart = (app.node.tryFindChild('chart') as Chart | undefined) ?? new Chart(app, 'chart');
  const props = { apiVersion, kind, metadata: { name, namespace: 'agents' }, ...fields };
  return new ApiObject(chart, `${kind}-${name}`, props);
}

function addNamespace(name = 'agents'): ApiObject {
  return add('Namespace', name, { metadata: { name } });
}

const DENY = { spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } };

async function registered(options: { readonly protectDefaultDeny?: boolean } = {}) {
  new ClusterObjects('agents', { app, provider, ...options });
  return new Map((await recorder.settled()).map((registration) => [registration.name, registration]));
}

async function one(name: string, options = {}): Promise<Registration> {
  const all = await registered(options);
  expect([...all.keys()]).toContain(name);
  return all.get(name) as Registration;
}

function refused(): readonly { rule: string; where: unknown; message: string }[] {
  try {
    new ClusterObjects('agents', { app, provider });
  } catch (error) {
    if (error instanceof FindingsError) return error.findings;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a resource', () => {
  test.each([
    ['v1', 'ConfigMap', 'kubernetes:core/v1:ConfigMap'],
    ['apps/v1', 'Deployment', 'kubernetes:apps/v1:Deployment'],
    ['networking.k8s.io/v1', 'NetworkPolicy', 'kubernetes:networking.k8s.io/v1:NetworkPolicy'],
    ['cilium.io/v2', 'CiliumNetworkPolicy', 'kubernetes:cilium.io/v2:CiliumNetworkPolicy'],
  ])('of %s %s has the type of the typed SDK', async (apiVersion, kind, type) => {
    add(kind, 'it', {}, apiVersion);
    expect((await one(`agents/agents/${kind}/it`)).type).toBe(type);
  });

  test('belongs to the component and to its provider', async () => {
    addNamespace();
    const all = await registered();
    const component = all.get('agents');
    expect(component).toMatchObject({ type: 'portcullis:index:ClusterObjects', isCustom: false });
    expect(all.get('agents/Namespace/agents')).toMatchObject({
      isCustom: true,
      parent: component?.urn,
      provider: `${all.get('cluster')?.urn}::cluster-id`,
    });
  });

  test('is called after the object, wherever the object stands in the program', async () => {
    const elsewhere = new Chart(new Chart(app, 'other'), 'deep');
    const metadata = { name: 'it', namespace: 'agents' };
    new ApiObject(elsewhere, 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: '1' } });
    expect((await one('agents/agents/ConfigMap/it')).inputs).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'it', namespace: 'agents' },
      data: { a: '1' },
    });
  });

  test('can be had from the component by name', () => {
    addNamespace();
    const { resources } = new ClusterObjects('agents', { app, provider });
    expect([...resources.keys()]).toEqual(['agents/Namespace/agents']);
  });
});

describe('the order', () => {
  const names = (all: ReadonlyMap<string, Registration>, of: string) =>
    (all.get(of)?.dependencies ?? []).map((urn) => urn.split('::').at(-1)).sort();

  test('workloads come after the namespace and its default deny', async () => {
    add('Deployment', 'agent', {}, 'apps/v1');
    add('NetworkPolicy', 'deny', DENY, 'networking.k8s.io/v1');
    addNamespace();
    const all = await registered();
    const namespace = 'agents/Namespace/agents';
    const deny = 'agents/agents/NetworkPolicy/deny';
    expect(names(all, 'agents/agents/Deployment/agent')).toEqual([namespace, deny].sort());
    expect(names(all, deny)).toEqual([namespace]);
    expect(names(all, namespace)).toEqual([]);
  });

  test('workloads come after the default deny of the whole cluster', async () => {
    const spec = { endpointSelector: {}, ingress: [{}], egress: [{}] };
    add('CiliumClusterwideNetworkPolicy', 'deny', { metadata: { name: 'deny' }, spec }, 'cilium.io/v2');
    add('Job', 'it', {}, 'batch/v1');
    expect(names(await registered(), 'agents/agents/Job/it')).toEqual(['agents/CiliumClusterwideNetworkPolicy/deny']);
  });

  test.each([
    ['that allows everything', 'networking.k8s.io/v1', 'NetworkPolicy', { podSelector: {}, ingress: [{}] }],
    ['for some pods', 'networking.k8s.io/v1', 'NetworkPolicy', { podSelector: { matchLabels: { app: 'x' } } }],
    [
      'that only observes',
      'cilium.io/v2',
      'CiliumNetworkPolicy',
      {
        endpointSelector: {},
        enableDefaultDeny: { ingress: false, egress: false },
        ingress: [{}],
      },
    ],
  ])('workloads wait for no policy %s', async (_, apiVersion, kind, spec) => {
    add(kind, 'policy', { spec }, apiVersion);
    add('Job', 'it', {}, 'batch/v1');
    expect(names(await registered(), 'agents/agents/Job/it')).toEqual([]);
  });

  test('custom resources come after the definitions of their group', async () => {
    add('CiliumNetworkPolicy', 'it', { spec: {} }, 'cilium.io/v2');
    const definition = 'ciliumnetworkpolicies.cilium.io';
    add('CustomResourceDefinition', definition, { metadata: { name: definition } }, 'apiextensions.k8s.io/v1');
    expect(names(await registered(), 'agents/agents/CiliumNetworkPolicy/it')).toEqual([
      `agents/CustomResourceDefinition/${definition}`,
    ]);
  });

  test('what constructs depend on comes first', async () => {
    const first = add('ConfigMap', 'first');
    const second = new Chart(app, 'second');
    const metadata = { name: 'second', namespace: 'agents' };
    new ApiObject(second, 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata });
    second.addDependency(first.chart);
    expect(names(await registered(), 'agents/agents/ConfigMap/second')).toEqual(['agents/agents/ConfigMap/first']);
  });

  test('a default deny that waits for a workload is a circle', () => {
    const workload = add('Deployment', 'agent', {}, 'apps/v1');
    add('NetworkPolicy', 'deny', DENY, 'networking.k8s.io/v1').addDependency(workload);
    expect(refused()).toMatchObject([{ rule: 'dependency-cycle' }]);
    expect(recorder.registrations.filter(({ type }) => type.startsWith('kubernetes:'))).toEqual([]);
  });
});

describe('default denies', () => {
  test.each([true, false])('are protected as the stack says (%s), and nothing else is', async (isProtected) => {
    addNamespace();
    add('NetworkPolicy', 'deny', DENY, 'networking.k8s.io/v1');
    const all = await registered({ protectDefaultDeny: isProtected });
    expect(all.get('agents/agents/NetworkPolicy/deny')?.isProtected).toBe(isProtected);
    expect(all.get('agents/Namespace/agents')?.isProtected).toBe(false);
  });
});

describe('Secrets', () => {
  test('are secret in the inputs and in the state', async () => {
    add('Secret', 'it', { stringData: { password: 'hush' }, data: { key: 'aHVzaA==' }, type: 'Opaque' });
    const { wire, secretOutputs } = await one('agents/agents/Secret/it');
    expect(secretOutputs).toEqual(['data', 'stringData']);
    expect(wire).toMatchObject({
      type: 'Opaque',
      stringData: { ...SECRET, value: { password: 'hush' } },
      data: { ...SECRET, value: { key: 'aHVzaA==' } },
    });
  });
});

describe('Outputs', () => {
  test('take their places in specs, and secret ones stay secret', async () => {
    const host = pulumi.output('db.example.com');
    const url = pulumi.secret('postgres://user:hush@db');
    add('ConfigMap', 'it', { data: { host, again: host, url: Lazy.any({ produce: () => url }), plain: 'text' } });
    const { inputs, wire } = await one('agents/agents/ConfigMap/it');
    expect(inputs.data).toEqual({
      host: 'db.example.com',
      again: 'db.example.com',
      url: 'postgres://user:hush@db',
      plain: 'text',
    });
    expect(wire).toMatchObject({ data: { url: { ...SECRET, value: 'postgres://user:hush@db' } } });
  });

  test('make their resources come first', async () => {
    const database = new Provider('database', {});
    add('ConfigMap', 'it', { data: { host: database.urn } });
    const all = await registered();
    expect(all.get('agents/agents/ConfigMap/it')?.dependencies).toContain(all.get('database')?.urn);
  });

  test('may be unknown in a preview', async () => {
    recorder = Recorder.start('prod', { preview: true });
    provider = new Provider('cluster', { context: 'prod' });
    const database = new Database('database');
    add('ConfigMap', 'it', { data: { host: database.host, port: '5432' } });
    const { inputs } = await one('agents/agents/ConfigMap/it');
    expect(inputs.data).toEqual({ host: pulumi.runtime.unknownValue, port: '5432' });
  });

  test('of one object cannot be drawn into another by a text that looks like theirs', async () => {
    add('ConfigMap', 'a', { data: { secret: pulumi.secret('hush') } });
    add('ConfigMap', 'b', { data: { text: 'pulumi-output-0' } });
    expect((await one('agents/agents/ConfigMap/b')).inputs.data).toEqual({ text: 'pulumi-output-0' });
  });

  test('leave the app as it was', () => {
    const { resolvers } = app;
    const before = [...resolvers];
    add('ConfigMap', 'it', { data: { host: pulumi.output('x') } });
    new ClusterObjects('agents', { app, provider });
    expect(app.resolvers).toEqual(before);
  });

  test.each([
    ['a name', { name: pulumi.output('it'), namespace: 'agents' }, 'name of ConfigMap'],
    ['a namespace', { name: 'it', namespace: pulumi.output('agents') }, "namespace of ConfigMap 'it'"],
    ['a part of a name', { name: `it-${pulumi.output('x')}`, namespace: 'agents' }, 'name of ConfigMap'],
  ])('are refused as %s', (_, metadata, what) => {
    add('ConfigMap', 'it', { metadata });
    expect(refused()).toMatchObject([
      {
        rule: 'invalid-name',
        where: { construct: 'chart/ConfigMap-it' },
        message: `${what} is an Output of Pulumi, which is not known before Pulumi runs`,
      },
    ]);
  });
});

describe('namespaces', () => {
  test('are missed of objects that live in one', () => {
    add('Deployment', 'it', { metadata: { name: 'it' } }, 'apps/v1');
    const definition = {
      metadata: { name: 'things.example.com' },
      spec: { group: 'example.com', names: { kind: 'Thing' }, scope: 'Namespaced' },
    };
    add('CustomResourceDefinition', 'things', definition, 'apiextensions.k8s.io/v1');
    add('Thing', 'it', { metadata: { name: 'it' } }, 'example.com/v1');
    expect(refused()).toMatchObject([
      { rule: 'missing-namespace', where: { construct: 'chart/Deployment-it' } },
      { rule: 'missing-namespace', where: { construct: 'chart/Thing-it' } },
    ]);
  });

  test.each([
    ['v1', 'Namespace'],
    ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
    ['cilium.io/v2', 'CiliumClusterwideNetworkPolicy'],
  ])('are not missed of %s %s', async (apiVersion, kind) => {
    add(kind, 'it', { metadata: { name: 'it' } }, apiVersion);
    expect(await one(`agents/${kind}/it`)).toBeDefined();
  });
});

test('a kind of which nobody knows whether it lives in a namespace is registered with a warning', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  add('NobodyKnows', 'it', { metadata: { name: 'it' } }, 'example.com/v1');
  expect(await one('agents/NobodyKnows/it')).toBeDefined();
  expect(warn.mock.calls.flat().join()).toContain('(unknown-scope)');
  warn.mockRestore();
});

test('everything that is wrong is said at once, and nothing is registered', () => {
  add('ConfigMap', 'Wrong_Name');
  add('ConfigMap', 'twice');
  new ApiObject(app.node.findChild('chart') as Chart, 'other', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'twice', namespace: 'agents' },
  });
  add('Service', 'it', { metadata: { name: 'it' } });
  expect(refused().map(({ rule }) => rule)).toEqual(['invalid-name', 'duplicate-object', 'missing-namespace']);
  expect(recorder.registrations.map(({ name }) => name)).not.toContain('agents');
});
