import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { cilium, Portarium, PortariumReference, type PortariumSettings } from '../../../../lib';
import { plan } from '../../../../lib/synth/synthesize';

const SETTINGS: PortariumSettings = {
  identity: { trustDomain: 'portarium.dev' },
  workspaces: [
    { id: 'ws-production', tools: ['ticket:create', 'invoice:read'], egressAllowlist: 'none' },
    { id: 'ws-shared', isolation: 'label', tools: 'none', egressAllowlist: 'none' },
  ],
};
const JOB: PortariumSettings = {
  ...SETTINGS,
  identity: {
    trustDomain: 'portarium.dev',
    registrar: 'job',
    nodeAlias: { cluster: 'prod' },
    job: { image: 'ghcr.io/spiffe/spire-server:1', serverLabels: { app: 'server' }, retiredWorkspaces: ['ws-gone'] },
  },
};

function build(settings: PortariumSettings) {
  const app = new App();
  const portarium = new Portarium(app, 'portarium', { ...settings, dialect: cilium({ version: '1.19' }) });
  return { portarium, ...contents(app) };
}

function contents(app: App) {
  const { manifests, documents, findings } = plan(app);
  const objects = manifests.flatMap((file) => file.objects.map((object) => object.toJson()));
  const texts = new Map(documents.map(({ file, render }) => [file, [...render()].join('')]));
  return { objects, texts, findings };
}

const data = (
  objects: readonly { kind: string; metadata: { name: string }; data?: Record<string, string> }[],
  name: string,
) => objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name)?.data ?? {};

describe('with the controller manager', () => {
  const { objects, texts, findings, portarium } = build(SETTINGS);

  test('nothing is found', () => {
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('the control plane and every workspace have an identity of their own', () => {
    const ids = objects.filter(({ kind }) => kind === 'ClusterSPIFFEID').map(({ spec }) => spec);
    expect(ids.map((spec) => [spec.spiffeIDTemplate, spec.workloadSelectorTemplates]).sort()).toEqual([
      ['spiffe://portarium.dev/agent/ws-production', ['k8s:ns:ws-production', 'k8s:sa:agent']],
      ['spiffe://portarium.dev/agent/ws-shared', ['k8s:ns:portarium-agents', 'k8s:sa:ws-shared-agent']],
      ['spiffe://portarium.dev/control-plane', ['k8s:ns:portarium-system', 'k8s:sa:portarium-control-plane']],
    ]);
    const accounts = objects.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata.name);
    expect(accounts.sort()).toEqual(['agent', 'execution-plane', 'ws-shared-agent', 'ws-shared-execution-plane']);
  });

  test('the configurations have the keys of the guide, and name each agent', () => {
    expect(parse(data(objects, 'portarium-control-plane-config')['config.yaml'] ?? '')).toEqual({
      tls: {
        mode: 'mtls',
        spire: { socketPath: '/run/spire/sockets/agent.sock', trustDomain: 'portarium.dev' },
        allowedSpiffeIds: ['spiffe://portarium.dev/agent/ws-production', 'spiffe://portarium.dev/agent/ws-shared'],
      },
    });
    expect(parse(data(objects, 'portarium-agent-config')['config.yaml'] ?? '')).toEqual({
      portarium: {
        baseUrl: 'https://control-plane.portarium-system.svc:443',
        tls: { mode: 'mtls', spire: { socketPath: '/run/spire/sockets/agent.sock' } },
      },
    });
  });

  test('the tools of each workspace are a file, the same beside the control plane, and commands in the runbook', () => {
    const file = texts.get('workspaces/ws-production/tool-allowlist.json') ?? '';
    expect(JSON.parse(file).rules.map(({ condition }: { condition: string }) => condition)).toEqual([
      "tool.name in ['invoice:read', 'ticket:create']",
      'true',
    ]);
    expect(data(objects, 'tool-allowlist-ws-production')).toEqual({ 'tool-allowlist.json': file });
    expect(JSON.parse(texts.get('workspaces/ws-shared/tool-allowlist.json') ?? '').rules).toHaveLength(1);
    const runbook = texts.get('RUNBOOK.md') ?? '';
    expect(runbook).toContain(
      'portarium policy create --file workspaces/ws-production/tool-allowlist.json --workspace ws-production',
    );
    expect(runbook).toContain('portarium policy delete --policy-id pol-tool-allowlist-ws-production');
    expect(runbook).toContain('kubectl get clusterspiffeids');
  });

  test('the inventory knows the accounts', () => {
    const { components } = JSON.parse(texts.get('inventory.json') ?? '');
    expect(components).toContainEqual(
      expect.objectContaining({ name: 'ws-shared-agent', serviceAccount: 'ws-shared-agent' }),
    );
    expect(portarium.workspaces[0]?.agents.identity?.serviceAccount).toBe('agent');
  });
});

describe('with Jobs', () => {
  const { objects, texts, portarium } = build(JOB);

  test('one registers the entries under the alias, another one removes those of workspaces that are gone', () => {
    const jobs = objects.filter(({ kind }) => kind === 'Job').map(({ metadata }) => metadata.name);
    expect(jobs.sort()).toEqual([...(portarium.registration?.jobNames ?? [])].sort());
    const maps = objects.filter(({ kind, metadata }) => kind === 'ConfigMap' && jobs.includes(metadata.name));
    const entries = maps.flatMap((map) => JSON.parse(map.data['entries.json'] ?? '{"entries":[]}').entries);
    expect(entries.map((entry) => [entry.spiffe_id, entry.parent_id])).toEqual([
      ['spiffe://portarium.dev/spire-agent', 'spiffe://portarium.dev/spire/server'],
      ['spiffe://portarium.dev/agent/ws-production', 'spiffe://portarium.dev/spire-agent'],
      ['spiffe://portarium.dev/agent/ws-shared', 'spiffe://portarium.dev/spire-agent'],
      ['spiffe://portarium.dev/control-plane', 'spiffe://portarium.dev/spire-agent'],
    ]);
    expect(maps.flatMap((map) => JSON.parse(map.data['retired.json'] ?? '{"ids":[]}').ids)).toEqual([
      expect.stringMatching(/^portcullis\.agent\.ws-gone\./),
    ]);
  });

  test('the runbook has the commands of the guide, with the alias that they need', () => {
    const runbook = texts.get('RUNBOOK.md') ?? '';
    expect(runbook).toContain('  -node \\\n  -spiffeID spiffe://portarium.dev/spire-agent \\\n');
    expect(runbook).toContain('  -selector k8s:pod-label:portarium.dev/workspace:ws-shared \\\n');
    for (const name of portarium.registration?.jobNames ?? []) expect(runbook).toContain(`job/${name}`);
  });

  test('have to know the server', () => {
    const { job: _, ...identity } = JOB.identity as NonNullable<PortariumSettings['identity']>;
    expect(() => build({ ...JOB, identity })).toThrow(/a Job that nothing is known of/);
  });
});

test('the way back is one setting', () => {
  const { objects } = build({ ...SETTINGS, stage: { mtls: 'observe', tools: 'observe' } });
  for (const name of ['portarium-control-plane-config', 'portarium-agent-config']) {
    expect(data(objects, name)['config.yaml']).toContain('mode: optional');
  }
});

test('without a SPIRE there are tools and no identities', () => {
  const { identity: _, ...settings } = SETTINGS;
  const { objects, texts } = build(settings);
  expect(objects.map(({ kind }) => kind)).not.toContain('ClusterSPIFFEID');
  expect(texts.get('RUNBOOK.md')).not.toContain('SVID');
  expect(texts.has('workspaces/ws-production/tool-allowlist.json')).toBe(true);
});

test('the reference holds what the guide holds, key for key', () => {
  const app = new App();
  new PortariumReference(app, 'portarium', {
    workspaces: [
      {
        id: 'ws-production',
        isolation: 'label',
        tools: ['invoice:create', 'invoice:read', 'payment:process', 'ticket:create'],
        egressAllowlist: 'none',
      },
    ],
  });
  const { objects, texts, findings } = contents(app);
  expect(JSON.parse(texts.get('workspaces/ws-production/tool-allowlist.json') ?? '')).toEqual({
    schemaVersion: 1,
    policyId: 'pol-tool-allowlist-ws-prod',
    workspaceId: 'ws-production',
    name: 'Production Tool Allowlist',
    rules: [
      {
        ruleType: 'InlineRule',
        condition: "tool.name in ['invoice:create', 'invoice:read', 'payment:process', 'ticket:create']",
        effect: 'Allow',
      },
      { ruleType: 'InlineRule', condition: 'true', effect: 'Deny', reason: 'Tool not on workspace allowlist.' },
    ],
  });
  expect(JSON.parse(texts.get('identities/entries.json') ?? '').entries).toEqual([
    {
      spiffe_id: 'spiffe://portarium.dev/control-plane',
      parent_id: 'spiffe://portarium.dev/spire-agent',
      selectors: [
        { type: 'k8s', value: 'ns:portarium-system' },
        { type: 'k8s', value: 'sa:portarium-control-plane' },
      ],
    },
    {
      spiffe_id: 'spiffe://portarium.dev/agent/ws-production',
      parent_id: 'spiffe://portarium.dev/spire-agent',
      selectors: [
        { type: 'k8s', value: 'ns:portarium-agents' },
        { type: 'k8s', value: 'pod-label:portarium.dev/workspace:ws-production' },
      ],
    },
  ]);
  expect(parse(data(objects, 'portarium-control-plane-config')['config.yaml'] ?? '').tls.allowedSpiffeIds).toEqual([
    'spiffe://portarium.dev/agent/*',
  ]);
  expect(findings.map(({ rule }) => rule)).toEqual(
    expect.arrayContaining(['parent-not-registered', 'identity-by-label']),
  );
});

test('a workspace that is added later is let in by the control plane too', () => {
  const app = new App();
  const portarium = new Portarium(app, 'portarium', {
    ...SETTINGS,
    workspaces: [],
    dialect: cilium({ version: '1.19' }),
  });
  portarium.addPortariumWorkspace({ id: 'ws-late', tools: 'none', egressAllowlist: 'none' });
  const { objects } = contents(app);
  const { tls } = parse(data(objects, 'portarium-control-plane-config')['config.yaml'] ?? '');
  expect(tls).toMatchObject({ mode: 'mtls', allowedSpiffeIds: ['spiffe://portarium.dev/agent/ws-late'] });
});

test('the pods of the Jobs may talk to nobody, and are not taken for the server', () => {
  const { objects, findings } = build(JOB);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  const job = objects.find(({ kind }) => kind === 'Job');
  const policy = objects.find(({ metadata }) => metadata.name === 'spire-registration');
  expect(policy).toMatchObject({
    kind: 'CiliumNetworkPolicy',
    metadata: { namespace: 'spire-system' },
    spec: { endpointSelector: { matchLabels: job?.spec.template.metadata.labels }, ingress: [{}], egress: [{}] },
  });
});
