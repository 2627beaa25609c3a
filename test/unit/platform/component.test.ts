import { App, Chart } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { describe, expect, test } from 'vitest';
import { Peer } from '../../../lib/model/peer';
import { POLICY_VERSION } from '../../../lib/model/policy-version';
import { Port } from '../../../lib/model/port';
import { Component, type ComponentProps } from '../../../lib/platform/component';
import type { Connections, IConnectable } from '../../../lib/platform/connections';
import { connects, DIALECTS, manifest, manifests, platform, rules } from './build';

const PROPS: ComponentProps = { title: 'collector', namespace: 'telemetry', selector: { app: 'collector' } };
const POD = { namespace: 'telemetry', labels: { app: 'collector' } };
describe.each(DIALECTS)('a component in %s', (_, dialect) => {
  test('without edges denies both directions by itself', () => {
    const root = platform({ dialect });
    // No default deny stands behind it.
    new Component(root, 'collector', { ...PROPS, manageNamespace: false });
    expect(manifests(root).map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
      [dialect.policy.kind, 'collector'],
    ]);
    const other = { namespace: 'other', labels: {} };
    expect(connects(root, POD, other, { port: 443 })).toBe(false);
    expect(connects(root, other, POD, { port: 443 })).toBe(false);
    expect(connects(root, other, { namespace: 'telemetry', labels: {} }, { port: 443 })).toBe(true);
  });

  test('is rendered from the edges that were declared by synthesis', () => {
    const root = platform({ dialect });
    const component = new Component(root, 'collector', PROPS);
    const before = JSON.stringify(component.policy?.manifest().spec);
    component.allowTo(Peer.namespace('elsewhere'), { ports: [Port.tcp(443)], purpose: 'export' });
    expect(JSON.stringify(component.policy?.manifest().spec)).not.toBe(before);
    expect(component.policy?.toJson()).toEqual(component.policy?.manifest());
  });

  test('that is not managed has no policy, and its namespace is left alone', () => {
    const root = platform({ dialect });
    const component = new Component(root, 'collector', { ...PROPS, managed: false });
    expect(component.policy).toBeUndefined();
    expect(manifests(root)).toEqual([]);
  });
});

describe('the policy object', () => {
  test.each([
    [{}, 'collector', 'network-policies/collector.yaml'],
    [{ policyName: 'collector-rules' }, 'collector-rules', 'network-policies/collector-rules.yaml'],
    [{ file: 'telemetry/policy.yaml' }, 'collector', 'telemetry/policy.yaml'],
  ])('with %j is %s in %s', (over, name, file) => {
    const { policy } = new Component(platform(), 'collector', { ...PROPS, ...over });
    expect(policy?.manifest().metadata).toMatchObject({ name, namespace: 'telemetry' });
    expect(policy?.file).toBe(file);
  });

  test('carries the labels of the platform', () => {
    const { policy } = new Component(platform({ policyLabels: { team: 'net' } }), 'collector', PROPS);
    expect(policy?.manifest().metadata.labels).toEqual({
      team: 'net',
      [POLICY_VERSION]: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });
});

describe('labels', () => {
  test('of the selector are carried by the pods, and win', () => {
    const component = new Component(platform(), 'collector', { ...PROPS, podLabels: { app: 'other', tier: 'x' } });
    expect(component.selector).toEqual({ app: 'collector' });
    expect(component.podLabels).toEqual({ app: 'collector', tier: 'x' });
  });

  test('may be left out where others manage the pods: every pod of the namespace is meant', () => {
    const { selector: _, ...props } = PROPS;
    const component = new Component(platform(), 'collector', { ...props, managed: false });
    expect(component.connections.end.peer).toEqual(Peer.namespace('telemetry'));
    expect(component.podLabels).toEqual({});
  });
});

describe('a component is refused at its own path', () => {
  const { selector: _, ...withoutSelector } = PROPS;
  test.each<readonly [string, ComponentProps, RegExp]>([
    ['in a namespace that is none', { ...PROPS, namespace: 'Telemetry' }, /namespace 'Telemetry' is not a DNS label/],
    [
      'in a namespace of Kubernetes',
      { ...PROPS, namespace: 'kube-system' },
      /takes the cluster down.*manageNamespace: false/,
    ],
    ['with an empty selector', { ...PROPS, selector: {} }, /every pod/],
    ['with a label key that is none', { ...PROPS, selector: { 'a b': 'x' } }, /label key 'a b'/],
    ['with a label value that is none', { ...PROPS, selector: { app: 'x y' } }, /'x y' is refused/],
    ['with a pod label that is none', { ...PROPS, podLabels: { app2: 'x y' } }, /'x y' is refused/],
    ['with a policy name that is none', { ...PROPS, policyName: 'Rules' }, /policy name 'Rules'/],
    [
      'with a name that is a pattern',
      { ...PROPS, dnsName: { kind: 'service', service: '*', namespace: 'a' } },
      /Service name/,
    ],
    ['managed, without a selector', withoutSelector, /would govern every pod/],
  ])('%s', (_name, props, message) => {
    const create = () => new Component(platform(), 'collector', props);
    expect(create).toThrow(message);
    expect(create).toThrow('[platform0/collector]');
  });

  test('outside of a platform', () => {
    const chart = new Chart(new App({ outdir: '/nowhere' }), 'chart');
    expect(() => new Component(chart, 'collector', PROPS)).toThrow(/not inside a Platform/);
  });
});

test('pods in a namespace of Kubernetes get their own policy, and nothing else there is denied', () => {
  const root = platform();
  new Component(root, 'agent', { ...PROPS, namespace: 'kube-system', manageNamespace: false });
  expect(manifests(root)).toHaveLength(1);
  const dns = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
  expect(connects(root, { namespace: 'x', labels: {} }, dns, { port: 53 })).toBe(true);
});

describe('a workload', () => {
  const deployment = (scope: Construct, over: object = {}) =>
    new Deployment(scope, 'deployment', {
      metadata: { namespace: 'telemetry' },
      containers: [{ image: 'registry.example.com/collector' }],
      ...over,
    });

  test('gets the labels that its policy selects by', () => {
    const root = platform();
    const component = new Component(root, 'collector', { ...PROPS, podLabels: { tier: 'x' } });
    const workload = deployment(root);
    component.governs(workload);
    const { template } = (
      workload as unknown as { _toKube(): { template: { metadata: { labels: object } } } }
    )._toKube();
    expect(template.metadata.labels).toMatchObject({ app: 'collector', tier: 'x' });
  });

  test.each([
    ['another namespace', { metadata: { namespace: 'other' } }, /in namespace 'other', its policy in 'telemetry'/],
    ['no namespace', { metadata: {} }, /in namespace 'default'/],
    ["the host's network", { hostNetwork: true }, /host's network/],
  ])('in %s is refused: its policy would not select it', (_, over, message) => {
    const root = platform();
    const component = new Component(root, 'collector', PROPS);
    const workload = deployment(root, over);
    expect(() => component.governs(workload)).toThrow(message);
    expect(() => component.governs(workload)).toThrow('[platform0/collector]');
  });
});

describe('components of one’s own', () => {
  class Database extends Component {
    constructor(scope: Construct, id: string) {
      super(scope, id, { title: id, namespace: 'data', selector: { app: id }, ports: [Port.tcp(5432)] });
    }

    grantRead(to: IConnectable) {
      return this.allowFrom(to, { purpose: 'read' });
    }
  }

  /** Two components that others see as one. */
  class Cluster extends Construct implements IConnectable {
    readonly connections: Connections;
    readonly replica: Database;

    constructor(scope: Construct, id: string) {
      super(scope, id);
      const primary = new Database(this, 'primary');
      this.replica = new Database(this, 'replica');
      this.replica.allowTo(primary, { purpose: 'replication' });
      this.connections = primary.connections;
    }
  }

  test('are subclasses that say more', () => {
    const root = platform();
    const client = new Component(root, 'client', { ...PROPS });
    new Database(root, 'db').grantRead(client);
    expect(connects(root, POD, { namespace: 'data', labels: { app: 'db' } }, { port: 5432 })).toBe(true);
    expect(connects(root, POD, { namespace: 'data', labels: { app: 'db' } }, { port: 5433 })).toBe(false);
  });

  test('are constructs that consist of others', () => {
    const root = platform();
    const client = new Component(root, 'client', PROPS);
    const cluster = new Cluster(root, 'cluster');
    client.allowTo(cluster, { purpose: 'queries' });
    const pod = (app: string) => ({ namespace: 'data', labels: { app } });
    expect(connects(root, POD, pod('primary'), { port: 5432 })).toBe(true);
    expect(connects(root, POD, pod('replica'), { port: 5432 })).toBe(false);
    expect(connects(root, pod('replica'), pod('primary'), { port: 5432 })).toBe(true);
    expect(rules(root)).toEqual([]);
    expect(manifest(root, 'CiliumNetworkPolicy', 'replica').metadata.namespace).toBe('data');
  });
});

describe('a policy as somebody wrote it', () => {
  test('is rendered to the letter', () => {
    const root = platform();
    const written = { endpointSelector: {}, egress: [] };
    const { policy } = new Component(root, 'collector', { ...PROPS, written });
    expect(policy?.manifest()).toMatchObject({ spec: written });
    expect(policy?.manifest().metadata.annotations).toEqual({
      [POLICY_VERSION]: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(policy?.manifest().metadata.labels).toBeUndefined();
  });
});
