import { describe, expect, test } from 'vitest';
import { Port } from '../../../lib/model/port';
import { type AgentGrants, type AuthorizationProps, AuthorizationService } from '../../../lib/platform/authorization';
import { Component } from '../../../lib/platform/component';
import type { Platform } from '../../../lib/platform/platform';
import { Service } from '../../../lib/platform/service';
import { Workspace } from '../../../lib/platform/workspace';
import { plan } from '../../../lib/synth/synthesize';
import { connects, DIALECTS, files, findings, manifest, manifests, platform, rules } from './build';

const IMAGE = `registry.example.com/opa@sha256:${'0'.repeat(64)}`;
const purpose = 'testing';

interface Built {
  readonly root: Platform;
  readonly client: Service;
  readonly one: Workspace;
  readonly other: Workspace;
  readonly service: AuthorizationService;
}

function build(
  props: Partial<AuthorizationProps> = {},
  grants: Partial<AgentGrants> = {},
  before: (one: Workspace, other: Workspace) => void = () => {},
  root = platform(),
): Built {
  const client = new Service(root, 'control-plane', { namespace: 'system' });
  const [one, other] = [new Workspace(root, 'ws-a'), new Workspace(root, 'ws-b')];
  before(one, other);
  const service = new AuthorizationService(root, 'opa', {
    namespace: 'authorization',
    image: IMAGE,
    client,
    agents: [
      { component: one.agents, namespace: 'ws-a', capabilities: ['invoice:read'], ...grants },
      { component: other.agents, namespace: 'ws-b', capabilities: 'none' },
    ],
    ...props,
  });
  return { root, client, one, other, service };
}

/** A file that would be written, as data. */
function written(root: Platform, file: string): unknown {
  const { documents } = plan(root.node.root as never);
  return JSON.parse([...(documents.find((document) => document.file === file)?.render() ?? [])].join(''));
}

function errors(root: Platform): readonly string[] {
  return findings(root)
    .filter(({ severity }) => severity === 'error')
    .map(({ rule }) => rule);
}

describe.each(DIALECTS)('with %s', (_, dialect) => {
  const { root } = build({}, {}, undefined, platform({ dialect }));
  const component = (name: string) => ({ 'app.kubernetes.io/component': name });
  const pods = {
    opa: { namespace: 'authorization', labels: component('opa') },
    client: { namespace: 'system', labels: component('control-plane') },
    agent: { namespace: 'ws-a', labels: component('agent') },
    neighbour: { namespace: 'authorization', labels: { app: 'other' } },
  };

  test('the client reaches OPA, on the port of the questions', () => {
    expect(connects(root, pods.client, pods.opa, { port: 8181 })).toBe(true);
    expect(connects(root, pods.client, pods.opa, { port: 8282 })).toBe(false);
  });

  test.each(['agent', 'neighbour'] as const)('%s does not', (from) => {
    expect(connects(root, pods[from], pods.opa, { port: 8181 })).toBe(false);
  });

  test.each(['client', 'agent', 'neighbour'] as const)('OPA reaches no %s', (to) => {
    expect(connects(root, pods.opa, pods[to], { port: 8181 })).toBe(false);
  });
});

test('everything that is rendered has no finding, and its pods are those that the policy selects', () => {
  const { root } = build();
  expect(errors(root)).toEqual([]);
  const deployment = manifest(root, 'Deployment', 'opa', 'authorization');
  expect(deployment.spec).toMatchObject({
    template: { metadata: { labels: { 'app.kubernetes.io/component': 'opa' } } },
  });
  expect(manifest(root, 'Namespace', 'authorization').metadata.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'restricted',
  });
});

test('a namespace that was governed before keeps its own settings', () => {
  const root = platform();
  root.manageNamespace('authorization', { labels: { team: 'a' } });
  build({}, {}, undefined, root);
  expect(errors(root)).toEqual([]);
  expect(manifest(root, 'Namespace', 'authorization').metadata.labels).toMatchObject({ team: 'a' });
});

test('bundle, schemas, tests and manifests lie in a folder of their own', () => {
  const { root } = build({ folder: 'decisions' });
  const names = files(root).filter((file) => file.startsWith('decisions/'));
  expect(names).toContain('decisions/bundle/.manifest');
  expect(names).toContain('decisions/bundle/portcullis/facts/part-1/data.json');
  expect(names).toContain('decisions/schemas/input/secret_access.json');
  expect(names).toContain('decisions/tests/secret_access_test.rego');
  expect(names).toContain('decisions/opa.yaml');
  expect(names).toContain('decisions/queries.yaml');
});

test('the client is told where to ask, in its own namespace, and which version there is', () => {
  const { root, service } = build({ onFailure: 'builtInPolicy', timeoutMilliseconds: 50, queryConfigName: 'queries' });
  const { data } = manifest(root, 'ConfigMap', 'queries', 'system');
  expect(JSON.parse((data as Readonly<Record<string, string>>)['authorization.json'] ?? '')).toMatchObject({
    url: 'http://opa.authorization.svc:8181',
    policyVersion: service.policyVersion,
    onFailure: 'builtInPolicy',
    timeoutMilliseconds: 50,
  });
});

test('the client denies while nobody answers, unless it is told otherwise', () => {
  const { data } = manifest(build().root, 'ConfigMap', 'opa-queries', 'system');
  expect((data as Readonly<Record<string, string>>)['authorization.json']).toContain('"onFailure": "deny"');
});

describe('edges between agents', () => {
  const messages = ({ service }: Built) => service.authorization.agents[0]?.messages;
  const edge = (text: string) => (one: Workspace, other: Workspace) => {
    one.agents.allowTo(other.agents, { ports: [Port.tcp(80)], purpose: text });
  };

  test('are grants to send messages, with the purpose of the edge', () => {
    const built = build({}, {}, edge('hand over'));
    expect(messages(built)).toEqual([{ to: 'ws-b/agent', purpose: 'hand over' }]);
    expect(built.service.authorization.agents[1]?.messages).toEqual([]);
    expect(errors(built.root)).toEqual([]);
  });

  test('are said once where they are granted, too', () => {
    const said = [{ to: 'ws-b/agent', purpose: 'said' }];
    expect(messages(build({}, { messages: said }, edge('hand over')))).toEqual(said);
  });

  test('are one grant where there are several', () => {
    const twice = (one: Workspace, other: Workspace) => {
      edge('first')(one, other);
      one.agents.allowTo(other.agents, { ports: [Port.tcp(81)], purpose: 'second' });
    };
    expect(messages(build({}, {}, twice))).toEqual([{ to: 'ws-b/agent', purpose: 'first' }]);
  });

  test('that come later are a finding, since their messages would be denied', () => {
    const built = build();
    edge('too late')(built.other, built.one);
    expect(errors(built.root)).toEqual(['edge-not-authorized']);
  });
});

describe('what is wrong is a finding, and nothing is rendered from it', () => {
  test.each<[string, Partial<AuthorizationProps>, Partial<AgentGrants>]>([
    ['unpinned-image', { image: 'registry.example.com/opa:latest' }, {}],
    ['unpinned-image', { image: 'opa' }, {}],
    ['invalid-authorization', {}, { vaults: [{ vault: 'a" } allow := true #', purpose }] }],
    ['invalid-authorization', {}, { tasks: [{ task: 'a\nb', capabilities: 'none', purpose }] }],
    ['unknown-agent', {}, { messages: [{ to: 'ws-z/agent', purpose }] }],
    ['capability-not-held', {}, { delegations: [{ to: 'x', capabilities: ['invoice:create'], purpose }] }],
  ])('%s', (rule, props, grants) => {
    const { root, service } = build(props, grants);
    expect(rules(root).filter((one) => one.startsWith('error'))).toEqual([`error ${rule} ${service.node.path}`]);
    expect(service.policyVersion).toBeUndefined();
    expect(manifests(root).filter(({ kind }) => kind === 'Deployment')).toEqual([]);
  });

  test('an agent whose title is no name', () => {
    const root = platform();
    const component = new Component(root, 'x', { title: 'The "agent"', namespace: 'ws-x', selector: { app: 'x' } });
    build({ agents: [{ component, namespace: 'ws-x', capabilities: 'none' }] }, {}, undefined, root);
    expect(errors(root)).toEqual(['invalid-authorization']);
  });

  test('facts that no ConfigMap can hold', () => {
    const vaults = Array.from({ length: 5000 }, (_, index) => ({ vault: `vault-${index}`, purpose: 'x'.repeat(250) }));
    expect(errors(build({}, { vaults }).root)).toEqual(['authorization-too-large']);
  });
});

test.each([
  { replicas: 0 },
  { replicas: 1.5 },
  { replicas: 101 },
  { timeoutMilliseconds: 0 },
  { timeoutMilliseconds: Number.NaN },
  { namespace: 'kube-system' },
  { namespace: 'Not a namespace' },
])('%j cannot exist', (props) => {
  expect(() => build(props)).toThrow(expect.objectContaining({ name: 'InvalidValueError' }));
});

test('facts are those of the agents that are named', () => {
  const { root } = build({}, { vaults: [{ vault: 'Payments EU', purpose }] });
  expect(written(root, 'authorization/bundle/portcullis/facts/part-1/data.json')).toMatchObject({
    'ws-a/agent': { namespace: 'ws-a', capabilities: ['invoice:read'], vaults: { 'Payments EU': { purpose } } },
    'ws-b/agent': { namespace: 'ws-b', capabilities: [], vaults: {} },
  });
});
