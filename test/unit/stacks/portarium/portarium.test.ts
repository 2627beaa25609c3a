import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { cilium, type Dialect, kubernetes, Peer, Port, Portarium, type PortariumSettings } from '../../../../lib';
import type { KubeObject } from '../../../../lib/kube/object';
import { plan, type SynthesisPlan } from '../../../../lib/synth/synthesize';

const SETTINGS: PortariumSettings = {
  stage: { tools: 'observe' },
  workspaces: [
    {
      id: 'ws-payments',
      owner: 'team-finance',
      tools: ['invoice:read'],
      egressAllowlist: [{ peer: Peer.cidr('203.0.113.0/24'), ports: [Port.tcp(443)], purpose: 'Read invoices' }],
    },
    { id: 'ws-shared', isolation: 'label', tools: 'none', egressAllowlist: 'none' },
  ],
};

function build(dialect: Dialect, settings: PortariumSettings = SETTINGS) {
  const app = new App();
  const portarium = new Portarium(app, 'portarium', { ...settings, dialect });
  const planned = plan(app);
  return { portarium, planned };
}

function render({ manifests }: SynthesisPlan): KubeObject[] {
  return manifests.flatMap(({ objects }) => objects.map((object) => object.toJson() as KubeObject));
}

function rows(portarium: Portarium, from: string) {
  return portarium.edges
    .all()
    .filter((edge) => edge.from.title === from)
    .map((edge) => `${edge.to.title} ${edge.ports.map((port) => `${port.protocol} ${port.port}`)}: ${edge.purpose}`)
    .sort();
}

describe.each([kubernetes(), cilium({ version: '1.19' })])('with the dialect $name', (dialect) => {
  const { portarium, planned } = build(dialect);

  test('has no findings', () => {
    expect(planned.findings).toEqual([]);
  });

  test('allows agents every row of the two documents and nothing else', () => {
    for (const workspace of ['ws-payments', 'ws-shared']) {
      expect(rows(portarium, `${workspace}/agent`)).toEqual([
        'control-plane TCP 443,TCP 3100: Control plane',
        'control-plane TCP 8080: Heartbeat, work-item API',
        'spire-server TCP 8081: SPIRE server',
        'vault TCP 8200: Credential retrieval',
      ]);
    }
  });

  test('allows the execution plane its rows and the systems of record of its own workspace', () => {
    const common = [
      'control-plane TCP 8080: API callbacks, evidence',
      'otel-collector TCP 4317,TCP 4318: Telemetry export',
      'temporal TCP 7233: Workflow orchestration',
      'vault TCP 8200: Credential retrieval',
    ];
    expect(rows(portarium, 'ws-payments/execution-plane')).toEqual(
      ['203.0.113.0/24 TCP 443: Read invoices', ...common].sort(),
    );
    expect(rows(portarium, 'ws-shared/execution-plane')).toEqual(common);
  });

  test('lets no agent leave the cluster', () => {
    const outside = portarium.edges.all().filter(({ to }) => to.peer.kind === 'cidr' || to.peer.kind === 'fqdn');
    expect(outside.map((edge) => edge.from.title)).toEqual(['ws-payments/execution-plane']);
  });

  test('denies by default in every namespace that it renders', () => {
    const objects = render(planned);
    const namespaces = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
    const denied = objects.filter(({ metadata }) => metadata.name === 'default-deny').map((o) => o.metadata.namespace);
    expect(namespaces.sort()).toEqual(['portarium-agents', 'portarium-system', 'ws-payments']);
    expect(denied.sort()).toEqual(namespaces);
  });

  test('asks the owners of other namespaces for their half', () => {
    const unmanaged = portarium.components.filter((component) => !component.managed).map(({ title }) => title);
    expect(unmanaged.sort()).toEqual(['otel-collector', 'spire-server', 'temporal', 'vault']);
  });

  test('puts all three label schemes on the pods', () => {
    expect(portarium.workspaces[0]?.agents.podLabels).toEqual({
      app: 'portarium-agent',
      'portarium.io/component': 'agent',
      'portarium.dev/workspace': 'ws-payments',
    });
  });
});

test('takes every name, port and label from its settings', () => {
  const { portarium, planned } = build(cilium({ version: '1.19' }), {
    namespaces: { agents: 'a', system: 's', vault: 'v', temporal: 't', telemetry: 'o' },
    ports: { controlPlaneApi: 1, controlPlane: 'none', spire: 'none', vault: 2, temporal: 3, telemetry: [4] },
    labels: { app: 'one', component: 'two', workspace: 'three' },
    selectors: { vault: { app: 'vault' } },
    manageControlPlane: false,
    stage: { tools: 'observe' },
    workspaces: [{ id: 'w', isolation: 'label', tools: 'none', egressAllowlist: 'none' }],
  });
  expect(planned.findings).toEqual([]);
  expect(rows(portarium, 'w/agent')).toEqual([
    'control-plane TCP 1: Heartbeat, work-item API',
    'vault TCP 2: Credential retrieval',
  ]);
  expect(portarium.spire).toBeUndefined();
  expect(portarium.controlPlane.managed).toBe(false);
  expect(portarium.vault.selector).toEqual({ app: 'vault' });
  expect(portarium.workspaces[0]?.agents.podLabels).toEqual({ one: 'portarium-agent', two: 'agent', three: 'w' });
  expect(portarium.workspaces[0]?.podNamespace).toBe('a');
});

test('refuses two workspaces with one id, naming the construct', () => {
  const twice = { id: 'ws-a', tools: 'none', egressAllowlist: 'none' } as const;
  expect(() => build(kubernetes(), { workspaces: [twice, twice] })).toThrow(
    "[portarium] the workspace id 'ws-a' is already taken at portarium/ws-a; give each workspace an id of its own",
  );
});

test('refuses a host name in the plain dialect and names the ways out', () => {
  const { planned } = build(kubernetes(), {
    stage: { tools: 'observe' },
    workspaces: [
      {
        id: 'ws-a',
        tools: 'none',
        egressAllowlist: [{ peer: Peer.fqdn('api.example.com'), ports: [Port.tcp(443)], purpose: 'Read' }],
      },
    ],
  });
  expect(planned.findings).toEqual([
    {
      rule: 'fqdn-not-expressible',
      severity: 'error',
      where: { construct: 'portarium/ws-a/execution-plane' },
      message:
        "ws-a/execution-plane → api.example.com: a Kubernetes NetworkPolicy cannot name the host 'api.example.com'",
      fix: "use the cilium dialect, name the host's addresses with cidr, or route the call through a service of the cluster",
    },
  ]);
});
