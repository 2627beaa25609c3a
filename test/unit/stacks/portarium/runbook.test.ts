import { execFileSync } from 'node:child_process';
import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { cilium, type Dialect, kubernetes, Portarium, type PortariumSettings } from '../../../../lib';
import type { KubeObject } from '../../../../lib/kube/object';
import { plan } from '../../../../lib/synth/synthesize';

const SETTINGS: PortariumSettings = {
  identity: { trustDomain: 'portarium.dev' },
  workspaces: [
    { id: 'ws-production', tools: ['invoice:read'], egressAllowlist: 'none' },
    {
      id: 'ws-shared',
      isolation: 'label',
      tools: 'none',
      egressAllowlist: 'none',
      stage: { egress: 'observe', tools: 'observe' },
    },
  ],
};

function build(dialect: Dialect, settings: PortariumSettings = SETTINGS) {
  const app = new App();
  new Portarium(app, 'portarium', { ...settings, dialect, environment: 'prod' });
  const { manifests, documents } = plan(app);
  const objects = manifests.flatMap((file) => file.objects.map((object) => object.toJson() as KubeObject));
  const texts = new Map(documents.map(({ file, render }) => [file, [...render()].join('')]));
  const runbook = texts.get('RUNBOOK.md') ?? '';
  const commands = [...runbook.matchAll(/```sh\n([\s\S]*?)\n```/g)].flatMap(([, block]) =>
    (block as string).replaceAll('\\\n', '').split('\n'),
  );
  return { objects, texts, runbook, commands };
}

const JOB: PortariumSettings['identity'] = {
  trustDomain: 'portarium.dev',
  registrar: 'job',
  nodeAlias: { cluster: 'dev' },
  job: { image: 'ghcr.io/spiffe/spire-server:1', serverLabels: { app: 'server' } },
};
const { identity: _, ...WITHOUT } = SETTINGS;
const ENFORCED = {
  ...SETTINGS,
  workspaces: SETTINGS.workspaces.map((workspace) => ({ ...workspace, stage: 'enforce' as const })),
};
/** What an operator has. */
const KNOWN = new Set([':', 'hubble', 'jq', 'kubectl', 'portarium', 'portcullis', 'spire-server', 'timeout']);
const KINDS: Readonly<Record<string, string>> = {
  ciliumnetworkpolicies: 'CiliumNetworkPolicy',
  ciliumnetworkpolicy: 'CiliumNetworkPolicy',
  networkpolicies: 'NetworkPolicy',
  networkpolicy: 'NetworkPolicy',
  configmap: 'ConfigMap',
};

describe.each<[string, Dialect, PortariumSettings]>([
  ['Cilium', cilium({ version: '1.19' }), SETTINGS],
  ['plain Kubernetes, all enforced', kubernetes(), { ...ENFORCED, identity: JOB }],
  ['no identities', cilium({ version: '1.19' }), WITHOUT],
])('with %s', (_name, dialect, settings) => {
  const { objects, texts, runbook, commands } = build(dialect, settings);

  test('every object that a command names is rendered', () => {
    const named = commands.flatMap((command) => {
      const [, namespace = '', kind = '', names = ''] =
        /^kubectl -n (\S+) (?:get|delete) (ciliumnetworkpolic\w+|networkpolic\w+|configmap) ([^|]*?)(?: -o.*)?$/.exec(
          command,
        ) ?? [];
      if (namespace === 'kube-system') return [];
      return names
        .split(' ')
        .filter(Boolean)
        .map((name) => `${KINDS[kind]} ${namespace}/${name}`);
    });
    const rendered = new Set(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`));
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) expect(rendered).toContain(name);
  });

  test('every file that a command names is written', () => {
    const files = commands.flatMap((command) => [...command.matchAll(/--file (\S+)/g)].map(([, file]) => file));
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) expect([...texts.keys()]).toContain(file);
  });

  test('every command is one that a shell reads', () => {
    const script = commands.map((command) => command.replaceAll(/<[a-z][^>]*>/g, 'filled-in')).join('\n');
    expect(script).toContain('filled-in');
    execFileSync('sh', ['-n'], { input: script });
    const words = new Set(commands.filter((command) => command !== '').map((command) => command.split(' ', 1)[0]));
    expect([...words].filter((word) => !KNOWN.has(word as string))).toEqual([]);
  });

  test('leads forward through egress, mutual TLS and tools, and back the other way round', () => {
    const headings = [...runbook.matchAll(/^#{2,3} (.*)$/gm)].map(([, heading]) => heading as string);
    const at = (heading: string) => headings.indexOf(heading);
    const forward = [
      '1. Before anything is enforced',
      '3. Egress',
      '4. Mutual TLS',
      '5. Tool allowlists',
      '6. Validate',
      '7. Roll back',
    ];
    const back = ['7.1 Tool allowlists', '7.2 Mutual TLS', '7.3 Egress', '7.4 Back to phase 3'];
    const places = [...forward, ...back].map(at);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThanOrEqual(0);
  });

  test('says of every step what has to come out', () => {
    const steps = runbook
      .split(/^#{2,3} /m)
      .slice(2)
      .filter((text) => text.includes('```sh'));
    expect(steps.length).toBeGreaterThan(6);
    for (const step of steps) expect(step).toMatch(/\nExpected/);
  });

  test('never tells anybody to set the annotation that does nothing', () => {
    for (const command of commands)
      expect(command).not.toMatch(/annotate|audit-mode=|policy-audit-mode enabled|--since=\d+d/);
  });
});

test('tells where every workspace is', () => {
  expect(build(cilium({ version: '1.19' })).runbook).toContain(
    '| ws-production | enforce | enforce | enforce |\n| ws-shared | observe | enforce | observe |\n',
  );
  const { runbook } = build(kubernetes());
  expect(runbook).toContain('| ws-shared | held-back | enforce | observe |\n');
  expect(runbook).toContain('policies of a layer that is `held-back` are not rendered, and nothing is enforced there');
});

test('deletes policies where the dialect cannot observe, those in a shared namespace too', () => {
  const { runbook } = build(kubernetes(), { ...ENFORCED, identity: JOB });
  const back = runbook.slice(runbook.indexOf('### 7.3'));
  expect(back).toContain('`kubectl apply` deletes nothing');
  expect(back).toContain('kubectl -n ws-production delete networkpolicy agent default-deny execution-plane\n');
  expect(back).toContain(
    'kubectl -n portarium-agents delete networkpolicy ws-shared-agent ws-shared-execution-plane\n',
  );
  expect(back).not.toContain('enableDefaultDeny');
});

test('deletes nothing in a shared namespace while its default deny stays', () => {
  const { runbook } = build(cilium({ version: '1.19' }));
  const back = runbook.slice(runbook.indexOf('### 7.3'));
  expect(back).toContain('kubectl -n ws-production delete ciliumnetworkpolicy agent default-deny execution-plane\n');
  expect(back).not.toContain('delete ciliumnetworkpolicy ws-shared');
  expect(back).toContain('`ws-shared` shares the namespace `portarium-agents`');
});

test('without identities there is nothing to enforce or to take back between agents and control plane', () => {
  const { runbook } = build(cilium({ version: '1.19' }), WITHOUT);
  expect(runbook).toContain('The environment has no identities, so there is nothing to enforce.');
  expect(runbook).toContain('The environment has no identities, so there is nothing to take back.');
});
