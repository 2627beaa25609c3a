import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  type Alert,
  cilium,
  type Dialect,
  kubernetes,
  type Metric,
  Portarium,
  type PortariumObservability,
  type PortariumSettings,
} from '../../../../lib';
import { plan } from '../../../../lib/synth/synthesize';

const OBSERVABILITY: PortariumObservability = { runbookUrl: 'https://wiki.example.com/alerts' };
const SETTINGS: PortariumSettings = {
  identity: { trustDomain: 'portarium.dev' },
  workspaces: [
    { id: 'ws-a', tools: 'none', egressAllowlist: 'none' },
    { id: 'ws-b', isolation: 'label', stage: 'observe', tools: 'none', egressAllowlist: 'none' },
  ],
};

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

function build(
  observability: PortariumObservability | undefined,
  {
    dialect = cilium({ version: '1.19' }),
    settings = SETTINGS,
    later = () => {},
  }: {
    dialect?: Dialect;
    settings?: PortariumSettings;
    later?: (portarium: Portarium) => void;
  } = {},
) {
  const app = new App();
  const portarium = new Portarium(app, 'portarium', {
    ...settings,
    dialect,
    ...(observability === undefined ? {} : { observability }),
  });
  later(portarium);
  const { manifests, documents, findings } = plan(app);
  const objects = manifests.flatMap(({ objects: list }) => list.map((object) => object.toJson()));
  const texts = new Map(documents.map(({ file, render }) => [file, [...render()].join('')]));
  const prometheusRules = objects.filter(({ kind }) => kind === 'PrometheusRule');
  const rules: readonly Rule[] = prometheusRules.flatMap(({ spec }) =>
    spec.groups.flatMap((group: { rules: readonly Rule[] }) => group.rules),
  );
  return { objects, texts, findings, prometheusRules, rules, files: manifests.map(({ file }) => file) };
}

const left = ({ findings }: ReturnType<typeof build>) => findings.filter(({ rule }) => rule === 'alert-left-out');

describe('with Cilium and identities', () => {
  const built = build(OBSERVABILITY);
  const { rules, texts, prometheusRules, files } = built;

  test('the objects and the rule file hold the same groups', () => {
    const groups = prometheusRules.flatMap(({ spec }) => spec.groups);
    expect(parse(texts.get('alerts/portarium.rules') ?? '')).toEqual({ groups });
  });

  test('every alert has its tests, which name the rule file and its groups', () => {
    const alerts = rules.flatMap(({ alert }) => alert ?? []);
    const tests = [...texts.keys()].filter((file) => file.startsWith('alerts/tests/'));
    expect(tests.sort()).toEqual(alerts.map((alert) => `alerts/tests/${alert}.test`).sort());
    const groups = parse(texts.get('alerts/portarium.rules') ?? '').groups.map(({ name }: { name: string }) => name);
    for (const file of tests) {
      expect(parse(texts.get(file) ?? '')).toMatchObject({
        rule_files: ['../portarium.rules'],
        group_eval_order: groups,
      });
    }
  });

  test('only what Kubernetes knows is applied', () => {
    expect(files.filter((file) => /^(alerts|dashboards)\//.test(file))).toEqual([
      'alerts/rules.yaml',
      'dashboards/portarium.yaml',
    ]);
  });

  test('every alert leads to its section of the runbook', () => {
    for (const { alert, annotations } of rules) {
      if (alert === undefined) continue;
      expect(annotations?.runbook_url).toBe(`https://wiki.example.com/alerts#${alert.toLowerCase()}`);
      expect(texts.get('ALERTS.md')).toContain(`\n## ${alert}\n`);
    }
  });

  test('the stage of each layer of each workspace is recorded', () => {
    const stages = rules
      .filter(({ record }) => record === 'portcullis:workspace_stage:info')
      .map(({ labels }) => labels);
    expect(stages).toContainEqual({ workspace_id: 'ws-b', layer: 'egress', stage: 'observe' });
    expect(stages).toContainEqual({ workspace_id: 'ws-a', layer: 'egress', stage: 'enforce' });
    expect(stages).toContainEqual({ workspace_id: 'ws-a', layer: 'mtls', stage: 'enforce' });
  });

  test('the dashboard is a file, and the same for Grafana’s sidecar', () => {
    const config = built.objects.find(({ metadata }) => metadata.name === 'portarium-dashboard');
    expect(config?.metadata).toMatchObject({ namespace: 'monitoring', labels: { grafana_dashboard: '1' } });
    expect(config?.data['portarium.json']).toBe(texts.get('dashboards/portarium.json'));
    expect(JSON.parse(config?.data['portarium.json']).panels.length).toBeGreaterThan(9);
  });

  test('nothing goes on unwatched', () => expect(left(built)).toEqual([]));
});

test('settings reach the objects', () => {
  const { prometheusRules, objects, rules } = build({
    ...OBSERVABILITY,
    namespace: 'prometheus',
    ruleLabels: { release: 'kps' },
    dashboardLabels: { dashboards: 'yes' },
    kyverno: { namespace: 'admission' },
    opa: {},
    drift: { every: 600 },
  });
  for (const { metadata } of prometheusRules) {
    expect(metadata).toMatchObject({ namespace: 'prometheus', labels: { release: 'kps' } });
  }
  expect(objects.find(({ metadata }) => metadata.name === 'portarium-dashboard')?.metadata.labels).toMatchObject({
    dashboards: 'yes',
  });
  const expr = (alert: string) => rules.find((rule) => rule.alert === alert)?.expr;
  expect(expr('KyvernoDown')).toContain('namespace="admission",deployment="kyverno-admission-controller"');
  expect(expr('OpaDown')).toContain('namespace="opa",deployment="opa"');
  expect(expr('DriftNotChecked')).toContain('namespace="portarium-system",cronjob="portcullis-drift"');
  expect(expr('DriftNotChecked')).toContain('> 1200');
});

test('the CronJob that looks for drift is rendered if it has an image, and watched either way', () => {
  const image = `registry.example.com/drift@sha256:${'0'.repeat(64)}`;
  const cronJobs = (drift: NonNullable<PortariumObservability['drift']>) =>
    build({ ...OBSERVABILITY, drift }).objects.filter(({ kind }) => kind === 'CronJob');
  expect(cronJobs({})).toEqual([]);
  expect(cronJobs({ image, name: 'look', every: 1800 })).toMatchObject([
    { metadata: { name: 'look', namespace: 'portarium-system' }, spec: { schedule: '*/30 * * * *' } },
  ]);
});

test('agents that may fall back to plain TLS only observe mutual TLS', () => {
  const settings: PortariumSettings = {
    ...SETTINGS,
    stage: { mtls: 'observe' },
    identity: { trustDomain: 'portarium.dev' },
  };
  const labels = build(OBSERVABILITY, { settings }).rules.map((rule) => rule.labels);
  expect(labels).toContainEqual({ workspace_id: 'ws-a', layer: 'mtls', stage: 'observe' });
});

test('a workspace that is added later is recorded too', () => {
  const later = (portarium: Portarium) => {
    portarium.addPortariumWorkspace({ id: 'ws-late', tools: 'none', egressAllowlist: 'none' });
  };
  const { rules, texts } = build(OBSERVABILITY, { later });
  expect(rules.map(({ labels }) => labels)).toContainEqual({ workspace_id: 'ws-late', source_namespace: 'ws-late' });
  expect(texts.get('alerts/portarium.rules')).toContain('workspace_id: ws-late');
});

test('in plain Kubernetes the default denies are watched, and what nobody can see is said', () => {
  const built = build({ ...OBSERVABILITY, envoy: false }, { dialect: kubernetes() });
  const denies = built.rules
    .filter(({ record }) => record === 'portcullis:default_deny:info')
    .map(({ labels }) => labels?.namespace);
  expect(denies).toEqual(['portarium-agents', 'portarium-system', 'ws-a']);
  expect(left(built).map(({ severity, message }) => [severity, message])).toEqual([
    [
      'info',
      'no metric shows what plain NetworkPolicies drop, so that there is no alert EgressPolicyViolation or BlockedEgressRateHigh',
    ],
    [
      'info',
      'no Envoy terminates mutual TLS, and Portarium itself does not count handshakes, so that there is no alert MtlsHandshakeFailure',
    ],
  ]);
});

test('without observability there is nothing of it', () => {
  const { objects, texts } = build(undefined);
  expect(objects.some(({ kind }) => kind === 'PrometheusRule')).toBe(false);
  expect([...texts.keys()].some((file) => /alert|dashboard/i.test(file))).toBe(false);
});

test.each<[string, Partial<PortariumObservability>]>([
  ['is not a URL', { runbookUrl: 'the wiki' }],
  ['name', { kyverno: { name: 'a"} or vector(1)' } }],
  ['name', { opa: { namespace: 'Opa' } }],
  ['name', { drift: { name: '.*' } }],
  ['name', { namespace: '' }],
])('refuses what cannot stand in an expression: %s', (message, change) => {
  expect(() => build({ ...OBSERVABILITY, ...change })).toThrow(message);
});

describe('an alert of one’s own', () => {
  const alert: Alert = {
    name: 'OrdersStuck',
    severity: 'warning',
    expr: 'max by (shop) (shop_orders_waiting) > 100',
    summary: 'Orders wait',
    description: '{{ $value }} orders of {{ $labels.shop }} wait.',
    meaning: 'Nobody packs.',
    response: ['Call the shop.'],
    tests: [
      {
        kind: 'fires',
        name: 'many',
        series: { 'shop_orders_waiting{shop="a"}': '101x9' },
        at: '1m',
        firing: [{ labels: { shop: 'a' }, value: '101' }],
      },
      { kind: 'silent', name: 'few', series: { 'shop_orders_waiting{shop="a"}': '9x9' }, at: '1m', firing: [] },
    ],
  };
  const metrics: readonly Metric[] = [
    {
      name: 'shop_orders_waiting',
      type: 'gauge',
      exporter: 'portarium',
      help: 'orders',
      labels: ['shop'],
      since: 'shop 1',
      source: 'the shop',
      born: 'start',
    },
  ];

  test('is rendered beside the others, with its test and its section', () => {
    const { texts, findings } = build({ ...OBSERVABILITY, alerts: [alert], metrics });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(texts.get('alerts/tests/OrdersStuck.test')).toContain('101 orders of a wait.');
    expect(texts.get('ALERTS.md')).toContain('## OrdersStuck');
  });

  test.each<[string, Partial<PortariumObservability>]>([
    ['unknown-metric', { alerts: [alert] }],
    ['unknown-template-label', { alerts: [{ ...alert, expr: 'max(shop_orders_waiting) > 100' }], metrics }],
    ['alert-untested', { alerts: [{ ...alert, tests: [] }], metrics }],
    ['alert-untested', { alerts: [{ ...alert, tests: alert.tests.slice(0, 1) }], metrics }],
    ['promql-syntax', { alerts: [{ ...alert, expr: 'max(' }], metrics }],
  ])('that could not fire is an error: %s', (rule, change) => {
    const errors = build({ ...OBSERVABILITY, ...change }).findings.filter(({ severity }) => severity === 'error');
    expect(errors.map((finding) => finding.rule)).toEqual([rule]);
    expect(errors[0]?.message).toMatch(/^OrdersStuck: /);
  });
});
