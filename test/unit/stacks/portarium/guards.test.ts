import { App, Chart } from 'cdk8s';
import { Deployment, EnvValue } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import {
  cilium,
  type EgressSettings,
  ExternalSystem,
  Peer,
  Port,
  Portarium,
  type PortariumWorkspace,
} from '../../../../lib';
import type { KubeObject } from '../../../../lib/kube/object';
import { plan } from '../../../../lib/synth/synthesize';

const WORKSPACE: PortariumWorkspace = {
  id: 'ws-a',
  tools: 'none',
  egressAllowlist: [
    { peer: Peer.fqdn('api.stripe.com'), ports: [Port.tcp(443)], purpose: 'Take payments' },
    { peer: Peer.fqdn('*.invoices.example.com'), ports: [Port.tcp(443)], purpose: 'Invoices' },
    { peer: Peer.cidr('203.0.113.0/24'), ports: [Port.tcp(5671)], purpose: 'Broker' },
  ],
};

function portarium(egressPolicy?: Partial<EgressSettings>, workspace: Partial<PortariumWorkspace> = {}) {
  const app = new App();
  const platform = new Portarium(app, 'portarium', {
    dialect: cilium({ version: '1.19' }),
    workspaces: [{ ...WORKSPACE, ...workspace }],
    ...(egressPolicy === undefined ? {} : { egressPolicy }),
  });
  return { app, platform };
}

/** The ConfigMap for guards, as cdk8s renders it. */
function config(platform: Portarium): KubeObject & { readonly data: Readonly<Record<string, string>> } {
  const objects = platform.workspaces.flatMap((workspace) => workspace.toJson()) as KubeObject[];
  return objects.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.endsWith('egress-policy'),
  ) as ReturnType<typeof config>;
}

test('nothing is rendered where nobody asks for it', () => {
  expect(config(portarium().platform)).toBeUndefined();
});

test('guards are told what the edges of their pods allow', () => {
  const { metadata, data } = config(portarium({}).platform);
  expect(metadata).toMatchObject({ name: 'egress-policy', namespace: 'ws-a' });
  const { 'agent.EGRESS_ALLOWLIST': agent, 'execution-plane.EGRESS_ALLOWLIST': plane, ...shared } = data;
  expect(shared).toEqual({
    EGRESS_ENFORCE: '1',
    EGRESS_LOG: '1',
    EGRESS_LOG_FORMAT: 'text',
    EGRESS_OTEL_ENABLE: '0',
    EGRESS_PROM_ENABLE: '0',
  });
  const planeHosts = plane?.split(',') ?? [];
  expect(planeHosts.filter((host) => !/\.svc|^[^.]+\.[^.]+$/.test(host))).toEqual([
    '*.invoices.example.com',
    '203.0.113.0/24',
    'api.stripe.com',
  ]);
  expect(agent?.split(',')).toEqual([
    'control-plane.portarium-system',
    'control-plane.portarium-system.svc',
    'control-plane.portarium-system.svc.cluster.local',
    'spire-server.spire-system',
    'spire-server.spire-system.svc',
    'spire-server.spire-system.svc.cluster.local',
    'vault.vault',
    'vault.vault.svc',
    'vault.vault.svc.cluster.local',
  ]);
});

test('an edge that is added later is on the list', () => {
  const { platform } = portarium({});
  const openai = new ExternalSystem(platform, 'openai', { peer: Peer.fqdn('api.openai.com') });
  platform.workspaces[0]?.agents.allowTo(openai, { purpose: 'Ask the model' });
  expect(config(platform).data['agent.EGRESS_ALLOWLIST']).toMatch(/^api\.openai\.com,/);
});

test.each<[string, Partial<EgressSettings>, Partial<PortariumWorkspace>, string]>([
  ['guards observe where the workspace does', {}, { stage: { egress: 'observe', tools: 'observe' } }, '0'],
  ['guards observe where the settings say so', { enforce: false }, {}, '0'],
  ['guards enforce otherwise', { enforce: true }, {}, '1'],
])('%s', (_, settings, workspace, enforce) => {
  expect(config(portarium(settings, workspace).platform).data.EGRESS_ENFORCE).toBe(enforce);
});

test('workspaces in one namespace have one each', () => {
  const { metadata } = config(portarium({}, { isolation: 'label' }).platform);
  expect(metadata).toMatchObject({ name: 'ws-a-egress-policy', namespace: 'portarium-agents' });
});

describe('pods', () => {
  function deployed(env: Readonly<Record<string, string>> = {}) {
    const { app, platform } = portarium({});
    const agents = platform.workspaces[0]?.agents;
    const chart = new Chart(platform, 'workloads', { namespace: 'ws-a' });
    const deployment = new Deployment(chart, 'agent', {
      metadata: { name: 'agent', namespace: 'ws-a' },
      containers: [{ image: 'registry.example.com/agent:1', ports: [] }],
    });
    for (const [name, value] of Object.entries(env))
      deployment.containers[0]?.env.addVariable(name, EnvValue.fromValue(value));
    agents?.governs(deployment);
    return { app, chart };
  }

  test('read their own list', () => {
    const { chart, app } = deployed();
    plan(app);
    const [object] = chart.toJson().filter(({ kind }: KubeObject) => kind === 'Deployment');
    const { env } = object.spec.template.spec.containers[0];
    expect(env).toContainEqual({
      name: 'EGRESS_ALLOWLIST',
      valueFrom: { configMapKeyRef: { name: 'egress-policy', key: 'agent.EGRESS_ALLOWLIST' } },
    });
    expect(env).toHaveLength(6);
  });

  test('may not bring their own', () => {
    const { chart, app } = deployed({ EGRESS_ENFORCE: '0' });
    expect(() => [...plan(app).findings, chart.toJson()]).toThrow(/sets EGRESS_ENFORCE itself/);
  });
});

test('what a list of hosts cannot say is a finding', () => {
  const { app, platform } = portarium({});
  platform.workspaces[0]?.agents.allowTo(Peer.internet({ reason: 'Research' }), {
    purpose: 'Browse',
    ports: [Port.tcp(443)],
  });
  expect(plan(app).findings.map(({ rule }) => rule)).toContain('egress-guard');
});
