import { App } from 'cdk8s';
import { Construct } from 'constructs';
import { describe, expect, test } from 'vitest';
import { Peer } from '../../../lib/model/peer';
import { Port } from '../../../lib/model/port';
import { Component } from '../../../lib/platform/component';
import type { IConnectable } from '../../../lib/platform/connections';
import { Service } from '../../../lib/platform/service';
import { Workspace, type WorkspaceProps } from '../../../lib/platform/workspace';
import { Portarium } from '../../../lib/stacks/portarium/portarium';
import { connects, DIALECTS, egressTable, files, manifest, manifests, platform, rules } from './build';

describe('a workspace with a namespace of its own', () => {
  test('has the namespace, its default deny and the policy of its agents, in files of its own', () => {
    const root = platform();
    new Workspace(root, 'ws-payments');
    expect(manifests(root).map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`)).toEqual(
      [
        'Namespace /ws-payments',
        'CiliumNetworkPolicy ws-payments/default-deny',
        'ResourceQuota ws-payments/workspace',
        'LimitRange ws-payments/workspace',
        'CiliumNetworkPolicy ws-payments/agent',
      ],
    );
    expect(files(root)).toEqual([
      'EGRESS.md',
      'inventory.json',
      'workspaces/ws-payments/namespace.yaml',
      'workspaces/ws-payments/network-policies.yaml',
    ]);
  });

  test.each<readonly [WorkspaceProps, string, object | undefined]>([
    [{}, 'ws', undefined],
    [{ owner: 'team-payments' }, 'ws', { 'portcullis.dev/owner': 'team-payments' }],
    [{ namespace: 'payments' }, 'payments', undefined],
  ])('with %j says whose it is', (props, namespace, annotations) => {
    const root = platform();
    new Workspace(root, 'ws', props);
    const { metadata } = manifest(root, 'Namespace', namespace);
    expect(metadata.labels).toMatchObject({ 'portcullis.dev/workspace': 'ws' });
    expect(metadata.annotations).toEqual(annotations);
  });

  test('selects its pods by component, since nobody else is there', () => {
    const { agents } = new Workspace(platform(), 'ws');
    expect(agents.selector).toEqual({ 'app.kubernetes.io/component': 'agent' });
    expect(agents.podLabels).toEqual({ 'app.kubernetes.io/component': 'agent', 'portcullis.dev/workspace': 'ws' });
    expect(agents.title).toBe('ws/agent');
  });
});

describe.each(DIALECTS)('workspaces that share a namespace, in %s', (_, dialect) => {
  function shared() {
    const root = platform({ dialect, sharedNamespace: 'agents' });
    const [one, two] = ['one', 'two'].map((id) => new Workspace(root, id, { isolation: 'label' }));
    const server = new Service(root, 'server', { namespace: 'servers', ports: [Port.tcp(80)] });
    return { root, one: one as Workspace, two: two as Workspace, server };
  }
  const podOf = ({ namespace, podLabels }: Component) => ({ namespace, labels: podLabels });

  test('are kept apart by label', () => {
    const { root, one, two, server } = shared();
    one.agents.allowTo(server, { purpose: 'p' });
    expect(one.agents.selector).toMatchObject({ 'portcullis.dev/workspace': 'one' });
    expect(connects(root, podOf(one.agents), podOf(server), { port: 80 })).toBe(true);
    expect(connects(root, podOf(two.agents), podOf(server), { port: 80 })).toBe(false);
    expect(connects(root, podOf(one.agents), podOf(two.agents), { port: 80 })).toBe(false);
    expect(rules(root)).toEqual([]);
  });

  test('have one namespace and one default deny between them', () => {
    const { root } = shared();
    expect(
      manifests(root).filter(({ kind, metadata }) => kind === 'Namespace' && metadata.name === 'agents'),
    ).toHaveLength(1);
    expect(manifest(root, dialect.policy.kind, 'default-deny', 'agents')).toBeDefined();
    expect(manifest(root, dialect.policy.kind, 'one-agent', 'agents')).toBeDefined();
    expect(manifest(root, dialect.policy.kind, 'two-agent', 'agents')).toBeDefined();
  });
});

describe('a workspace is refused at its own path', () => {
  test.each<readonly [string, WorkspaceProps, RegExp]>([
    ['Payments', {}, /workspace id 'Payments' is not a DNS label/],
    ['x'.repeat(64), {}, /has 64 characters/],
    ['ws', { namespace: 'My Namespace' }, /namespace 'My Namespace'/],
    ['ws', { isolation: 'label' }, /isolated by label and names no namespace/],
    ['kube-agents', {}, /takes the cluster down/],
    [
      'ws',
      { isolation: 'Label' as 'label', namespace: 'x' },
      /isolation 'Label' is unknown; use one of namespace, label/,
    ],
    ['ws', { stage: 'audit' as 'observe' }, /stage 'audit' is unknown; use one of observe, enforce/],
    ['ws', { owner: ' ' }, /the owner is empty/],
    ['ws', { owner: 'a\nb' }, /the owner has several lines/],
  ])("'%s' with %j", (id, props, message) => {
    const create = () => new Workspace(platform(), id, props);
    expect(create).toThrow(message);
    expect(create).toThrow(`[platform0/${id}]`);
  });
});

describe('an id is refused that is taken', () => {
  test.each<WorkspaceProps>([{}, { isolation: 'label', namespace: 'elsewhere' }])(
    'by a workspace elsewhere: %j',
    (props) => {
      const root = platform();
      new Workspace(root, 'ws');
      const group = new Construct(root, 'group');
      expect(() => new Workspace(group, 'ws', props)).toThrow(
        "[platform0/group] the workspace id 'ws' is already taken at platform0/ws; give each workspace an id of its own",
      );
      const [first] = root.workspaces;
      expect([root.workspace('ws'), root.workspaces.length]).toEqual([first, 1]);
    },
  );

  test('by something else', () => {
    const root = platform();
    new Service(root, 'vault', { namespace: 'vault' });
    expect(() => new Workspace(root, 'vault')).toThrow(
      "[platform0] the workspace id 'vault' is already taken by platform0/vault, which is no workspace",
    );
  });

  test('by nothing but is empty', () => {
    expect(() => new Workspace(platform(), '')).toThrow("[platform0] workspace id '' is not a DNS label");
  });
});

describe.each(DIALECTS)('a workspace that observes in a shared namespace, in %s', (_, dialect) => {
  const other = { namespace: 'elsewhere', labels: {} };

  test('is left out of the default deny with all its components; its neighbours are not', () => {
    const root = platform({ dialect, sharedNamespace: 'agents' });
    const watched = new Workspace(root, 'watched', { isolation: 'label', stage: 'observe' });
    const plane = watched.addExecutionPlane('none');
    const enforced = new Workspace(root, 'enforced', { isolation: 'label' });
    for (const { namespace, podLabels } of [watched.agents, plane]) {
      expect(connects(root, { namespace, labels: podLabels }, other, { port: 443 })).toBe(true);
      expect(connects(root, other, { namespace, labels: podLabels }, { port: 443 })).toBe(true);
    }
    const pods = [{ ...enforced.agents.podLabels }, { 'portcullis.dev/workspace': 'enforced' }, {}];
    for (const labels of pods) {
      expect(connects(root, { namespace: 'agents', labels }, other, { port: 443 })).toBe(false);
      expect(connects(root, other, { namespace: 'agents', labels }, { port: 443 })).toBe(false);
    }
  });
});

describe('what observes', () => {
  test('is held back with a warning where the dialect cannot observe', () => {
    const root = platform({ dialect: DIALECTS[1][1] });
    const workspace = new Workspace(root, 'ws', { stage: 'observe' });
    expect(workspace.agents.policy).toBeUndefined();
    expect(manifests(root).map(({ kind }) => kind)).toEqual(['Namespace', 'ResourceQuota', 'LimitRange']);
    expect(rules(root)).toEqual(['warning policy-held-back platform0/ws/agents']);
    expect(egressTable(root)).toContain('Stage: observe (nothing below is enforced yet)');
  });

  test('is rendered without a single drop where it can', () => {
    const root = platform();
    const workspace = new Workspace(root, 'ws', { stage: 'observe' });
    workspace.agents.allowTo(Peer.namespace('a'), {
      ports: [Port.tcp(80)],
      http: [{ method: 'GET' }],
      authentication: 'required',
      purpose: 'p',
    });
    for (const { kind, spec } of manifests(root)) {
      if (kind !== 'CiliumNetworkPolicy') continue;
      expect(spec).toMatchObject({ enableDefaultDeny: { ingress: false, egress: false } });
      expect(JSON.stringify(spec)).not.toMatch(/authentication|egressDeny|ingressDeny/);
    }
    expect(rules(root)).toEqual([]);
  });
});

describe('a quota', () => {
  const hard = (root: ReturnType<typeof platform>, namespace: string) =>
    (manifest(root, 'ResourceQuota', 'workspace', namespace).spec as { hard: Record<string, string> }).hard;

  test('bounds what the pods of a workspace use together, and the ways in that no edge says', () => {
    const root = platform();
    new Workspace(root, 'ws', { quota: { cpu: 1.5, memory: 0.5 } });
    expect(hard(root, 'ws')).toEqual({
      'requests.cpu': '1500m',
      'limits.cpu': '1500m',
      'requests.memory': '512Mi',
      'limits.memory': '512Mi',
      'requests.ephemeral-storage': '32Gi',
      'limits.ephemeral-storage': '32Gi',
      pods: '50',
      'services.loadbalancers': '0',
      'services.nodeports': '0',
    });
  });

  test('is shared by workspaces that share a namespace', () => {
    const root = platform({ sharedNamespace: 'agents' });
    new Workspace(root, 'one', { isolation: 'label', quota: { cpu: 0.1, pods: 1 } });
    new Workspace(root, 'two', { isolation: 'label', quota: { cpu: 0.2, pods: 2 } });
    expect(hard(root, 'agents')).toMatchObject({ 'limits.cpu': '300m', pods: '3', 'limits.memory': '32Gi' });
    expect(manifest(root, 'LimitRange', 'workspace', 'agents').spec).toEqual({
      limits: [
        {
          type: 'Container',
          default: { cpu: '200m', memory: '512Mi', 'ephemeral-storage': '1Gi' },
          defaultRequest: { cpu: '100m', memory: '256Mi', 'ephemeral-storage': '256Mi' },
          max: { cpu: '200m', memory: '16Gi', 'ephemeral-storage': '32Gi' },
        },
      ],
    });
  });

  test.each<WorkspaceProps['quota'] & object>([
    { cpu: 0 },
    { memory: -1 },
    { pods: 1.5 },
    { cpu: Number.NaN },
    { cpu: 0.001 },
  ])('is refused as %j', (quota) => {
    expect(() => new Workspace(platform(), 'ws', { quota })).toThrow(
      /\[platform0\/ws\] the quota of (cpu|memory|pods)/,
    );
  });
});

describe('workspaces of one’s own', () => {
  class Notebook extends Component {
    constructor(workspace: Workspace, id: string) {
      super(workspace, id, { ...workspace.component('notebook'), ports: [Port.tcp(8888)] });
    }
  }

  class ResearchWorkspace extends Workspace {
    readonly notebook: Notebook;

    constructor(scope: Construct, id: string, server: IConnectable) {
      super(scope, id, { owner: 'research', isolation: 'label' });
      this.notebook = new Notebook(this, 'notebook');
      this.notebook.allowTo(this.agents, { ports: [Port.tcp(9000)], purpose: 'steer agents' });
      this.notebook.allowTo(server, { purpose: 'read data' });
    }
  }

  test('bring their components along', () => {
    const root = platform({ sharedNamespace: 'research' });
    const server = new Service(root, 'server', { namespace: 'servers', ports: [Port.tcp(80)] });
    const { notebook, agents } = new ResearchWorkspace(root, 'ws', server);
    const pods = [notebook, agents, server].map(({ namespace, podLabels }) => ({ namespace, labels: podLabels }));
    const [ofNotebook, ofAgents, ofServer] = pods as [(typeof pods)[0], (typeof pods)[0], (typeof pods)[0]];
    expect(connects(root, ofNotebook, ofAgents, { port: 9000 })).toBe(true);
    expect(connects(root, ofNotebook, ofServer, { port: 80 })).toBe(true);
    expect(connects(root, ofAgents, ofServer, { port: 80 })).toBe(false);
    expect(manifest(root, 'CiliumNetworkPolicy', 'ws-notebook').metadata.namespace).toBe('research');
    expect(rules(root)).toEqual([]);
  });

  test('get further components in their namespace, with their labels and stage', () => {
    const root = platform();
    const workspace = new Workspace(root, 'ws', { stage: 'observe' });
    const dnsName = { kind: 'service', service: 'queue', namespace: 'ws' } as const;
    const queue = workspace.addComponent('queue', { ports: [Port.tcp(4222)], dnsName });
    workspace.agents.allowTo(queue, { purpose: 'publish proposals' });
    expect(queue).toMatchObject({ title: 'ws/queue', namespace: 'ws', stage: 'observe' });
    expect(queue.podLabels).toMatchObject({ 'portcullis.dev/workspace': 'ws' });
    expect(queue.connections.end.name).toEqual(dnsName);
    expect(workspace.addComponent('worker', { stage: 'enforce' }).stage).toBe('enforce');
    expect(manifest(root, 'CiliumNetworkPolicy', 'queue').metadata.namespace).toBe('ws');
    expect(() => workspace.addComponent('Queue')).toThrow(/\[platform.*ws\/Queue\]/);
    expect(() => workspace.addComponent('queue')).toThrow(/queue/);
  });

  test('may be grouped below constructs', () => {
    const root = platform();
    const group = new Construct(root, 'team');
    new Workspace(group, 'ws');
    expect(root.workspaces.map(({ node }) => node.path)).toEqual(['platform0/team/ws']);
  });

  test('join a ready-made platform that was extended', () => {
    class Portal extends Portarium {
      readonly database: Service;

      constructor(scope: Construct, id: string) {
        super(scope, id, { dialect: DIALECTS[0][1], workspaces: [], stage: { mtls: 'observe', tools: 'observe' } });
        this.database = new Service(this, 'database', { namespace: 'data', ports: [Port.tcp(5432)] });
        this.controlPlane.allowTo(this.database, { purpose: 'state' });
      }
    }
    const portal = new Portal(new App({ outdir: '/nowhere' }), 'portal');
    const workspace = portal.addPortariumWorkspace({ id: 'ws', tools: 'none', egressAllowlist: 'none' });
    const pod = ({ namespace, podLabels }: Component) => ({ namespace, labels: podLabels });
    expect(connects(portal, pod(portal.controlPlane), pod(portal.database), { port: 5432 })).toBe(true);
    expect(connects(portal, pod(workspace.agents), pod(portal.controlPlane), { port: 8080 })).toBe(true);
    expect(connects(portal, pod(workspace.agents), pod(portal.database), { port: 5432 })).toBe(false);
    expect(rules(portal)).toEqual([]);
  });
});
