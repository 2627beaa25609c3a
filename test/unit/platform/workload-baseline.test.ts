import { ApiObject, App, Chart, JsonPatch, Size, Testing } from 'cdk8s';
import { Cpu, CronJob, Deployment, EnvValue, Secret, Volume } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../lib/kube/object';
import { type PodSpec, podTemplate } from '../../../lib/kube/pod';
import { WORKLOAD_RULES } from '../../../lib/kube/workload-rule/index';
import { EXAMPLE_CONTAINER, EXAMPLE_POD } from '../../../lib/kube/workload-rule/rule';
import { Component } from '../../../lib/platform/component';
import type { Platform } from '../../../lib/platform/platform';
import { ManifestObject } from '../../../lib/synth/manifest-object';
import { synthesize } from '../../../lib/synth/synthesize';
import { folderOfTest, objectsIn, parseObjects } from '../synth/support';
import { findings, manifest, manifests, platform, rules } from './build';

const RESOURCES = {
  cpu: { request: Cpu.millis(100), limit: Cpu.units(1) },
  memory: { request: Size.mebibytes(64), limit: Size.mebibytes(128) },
};
const { image } = EXAMPLE_CONTAINER;

/** A chart beside a platform. */
function shop(props: ConstructorParameters<typeof Platform>[2] | object = {}) {
  const app = new App({ outdir: folderOfTest() });
  const owner = platform(props, app);
  return { app, owner, chart: new Chart(app, 'shop', { namespace: 'shop' }) };
}

function deployment(chart: Chart, id = 'web') {
  return new Deployment(chart, id, { replicas: 1, containers: [{ name: 'main', image, resources: RESOURCES }] });
}

/** A plain object around the spec of pods. */
function plain(chart: Chart, spec: PodSpec, annotations: Readonly<Record<string, string>> = {}) {
  return new ApiObject(chart, 'plain', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'plain', namespace: chart.namespace ?? 'default', annotations },
    spec: { selector: { matchLabels: { app: 'a' } }, template: { metadata: { labels: { app: 'a' } }, spec } },
  });
}

const specsOf = (objects: readonly unknown[]): readonly PodSpec[] =>
  (objects as readonly KubeObject[]).flatMap((object) => {
    const template = podTemplate(object);
    return template === undefined ? [] : [template.spec];
  });

function expectHardened(specs: readonly PodSpec[], count: number): void {
  expect(specs).toHaveLength(count);
  for (const spec of specs) {
    expect(spec.securityContext).toMatchObject({ runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } });
    for (const rule of WORKLOAD_RULES) expect([...rule.find({ spec }, {})]).toEqual([]);
  }
}

describe('every workload of the program is hardened', () => {
  function build() {
    const { app, owner, chart } = shop();
    deployment(chart);
    deployment(new Chart(owner, 'inside', { namespace: 'shop' }));
    plain(chart, { containers: [EXAMPLE_CONTAINER] });
    new ManifestObject(chart, 'ours', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      name: 'ours',
      namespace: 'shop',
      file: 'ours.yaml',
      render: () => ({ spec: { template: { spec: { restartPolicy: 'Never', containers: [EXAMPLE_CONTAINER] } } } }),
    });
    return app;
  }

  test('by synthesize()', () => {
    const app = build();
    synthesize(app);
    expectHardened(specsOf(objectsIn(app.outdir)), 4);
  });

  test('by app.synth()', () => {
    const app = build();
    app.synth();
    expectHardened(specsOf(objectsIn(app.outdir)), 4);
  });

  test('by app.synthYaml(), and by chart.toJson()', () => {
    expectHardened(specsOf(parseObjects(build().synthYaml())), 4);
    expectHardened(specsOf(Testing.synth(build().node.findChild('shop') as Chart)), 3);
  });

  test('once, however often it is asked for', () => {
    const app = build();
    const first = app.synthYaml();
    expect(app.synthYaml()).toBe(first);
  });

  test('also in a CronJob, and after patches', () => {
    const { app, chart } = shop();
    const cron = new CronJob(chart, 'cron', {
      schedule: { expressionString: '0 0 * * *' } as never,
      containers: [{ name: 'main', image, resources: RESOURCES }],
    });
    ApiObject.of(cron).addJsonPatch(JsonPatch.remove('/spec/jobTemplate/spec/template/spec/securityContext'));
    expectHardened(specsOf(parseObjects(app.synthYaml())), 1);
  });
});

describe('what contradicts the baseline is an error', () => {
  const container = (change: object) => ({ ...EXAMPLE_POD, containers: [{ ...EXAMPLE_CONTAINER, ...change }] });

  test.each<[string, PodSpec]>([
    ['run-as-user', { ...EXAMPLE_POD, securityContext: { ...EXAMPLE_POD.securityContext, runAsUser: 0 } }],
    ['host-path', { ...EXAMPLE_POD, volumes: [{ name: 'a', hostPath: { path: '/' } }] }],
    [
      'secret-in-environment',
      container({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] }),
    ],
    ['added-capability', container({ securityContext: { capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } } })],
    ['image-registry', container({ image: 'agent:1.2.3' })],
    ['image-version', container({ image: 'registry.example.com/agent' })],
    ['image-version', container({ image: 'registry.example.com/agent:latest' })],
    ['container-limits', container({ resources: {} })],
    ['host-access', { ...EXAMPLE_POD, hostNetwork: true }],
    ['container-hardening', container({ securityContext: { readOnlyRootFilesystem: false } })],
    ['service-account-token', { ...EXAMPLE_POD, automountServiceAccountToken: true }],
    ['secret-file-mode', { ...EXAMPLE_POD, volumes: [{ name: 'a', secret: { secretName: 's', defaultMode: 0o400 } }] }],
    ['scratch-volume', { ...EXAMPLE_POD, volumes: [{ name: 'a', emptyDir: {} }] }],
  ])('%s', (rule, spec) => {
    const { app, chart } = shop();
    plain(chart, spec);
    expect(rules(app)).toEqual([`error ${rule} shop/plain`]);
    expect(() => app.synthYaml()).toThrow(`(${rule})`);
    expect(() => synthesize(app)).toThrow(`(${rule})`);
  });

  test('all of it at once, in every workload', () => {
    const { app, chart } = shop();
    plain(chart, { ...EXAMPLE_POD, hostPID: true, hostIPC: true });
    const web = deployment(chart);
    const secret = Secret.fromSecretName(chart, 'vault', 'vault');
    web.containers[0]?.env.addVariable('TOKEN', EnvValue.fromSecretValue({ secret, key: 'token' }));
    expect(rules(app)).toEqual([
      'error host-access shop/plain',
      'error host-access shop/plain',
      'error secret-in-environment shop/web/Resource',
    ]);
  });

  test('an image from a registry that the platform does not approve', () => {
    const { app, chart } = shop({ registries: ['ghcr.io/ours/'] });
    plain(chart, EXAMPLE_POD);
    expect(findings(app)).toMatchObject([{ rule: 'image-registry', fix: expect.stringContaining('ghcr.io/ours/') }]);
  });

  test('latest is tolerated where nothing is enforced yet', () => {
    const { app, owner, chart } = shop();
    owner.manageNamespace('shop', { stage: 'observe' });
    plain(chart, container({ image: 'registry.example.com/agent:latest' }));
    expect(rules(app)).toContain('warning image-version shop/plain');
    plain(new Chart(app, 'other', { namespace: 'shop' }), container({ image: 'registry.example.com/agent' }));
    expect(rules(app)).toContain('error image-version other/plain');
  });

  test('what changes after it was looked at is refused as it is rendered', () => {
    const { app, chart } = shop();
    const web = deployment(chart);
    app.synthYaml();
    ApiObject.of(web).addJsonPatch(JsonPatch.add('/spec/template/spec/hostNetwork', true));
    expect(() => app.synthYaml()).toThrow("shares the node's network");
  });

  test('what is added after it was looked at is looked at too', () => {
    const { app, chart } = shop();
    deployment(chart);
    app.synthYaml();
    deployment(chart, 'second');
    expectHardened(specsOf(parseObjects(app.synthYaml())), 2);
  });

  test('what cannot be rendered is said once, by synthesis', () => {
    const { app, chart } = shop();
    new Deployment(chart, 'empty');
    expect(findings(app)).toEqual([]);
    expect(() => synthesize(app)).toThrow('cannot be rendered');
  });
});

describe('an exemption', () => {
  const nodeLogs = { ...EXAMPLE_POD, volumes: [{ name: 'a', hostPath: { path: '/var/log' } }] };

  test('with a reason is shown with every run', () => {
    const { app, chart } = shop();
    plain(chart, nodeLogs, { 'portcullis.dev/suppress': 'host-path: collects the logs of the node' });
    expect(findings(app)).toMatchObject([
      { rule: 'host-path', severity: 'info', message: expect.stringContaining('collects the logs of the node') },
    ]);
    expect(app.synthYaml()).toContain('portcullis.dev/suppress: "host-path: collects the logs of the node"');
  });

  test('is for one rule', () => {
    const { app, chart } = shop();
    plain(chart, { ...nodeLogs, hostPID: true }, { 'portcullis.dev/suppress': 'host-path: collects logs' });
    expect(rules(app)).toEqual(['error host-access shop/plain', 'info host-path shop/plain']);
  });

  test('without a reason exempts from nothing', () => {
    const { app, chart } = shop();
    plain(chart, nodeLogs, { 'portcullis.dev/suppress': 'host-path:' });
    expect(rules(app)).toEqual(['error bad-exemption shop/plain', 'error host-path shop/plain']);
  });

  test('that nothing needs is a warning, and other rules are left to check', () => {
    const { app, chart } = shop();
    plain(chart, EXAMPLE_POD, { 'portcullis.dev/suppress': 'host-path: once; host-network: elsewhere' });
    expect(rules(app)).toEqual(['warning unused-exemption shop/plain']);
  });
});

test('of two platforms, the one above answers, or else the first', () => {
  const app = new App({ outdir: folderOfTest() });
  const [first, second] = [
    platform({ registries: ['first.example.com/'], directory: 'a' }, app),
    platform({ registries: ['second.example.com/'], directory: 'b' }, app),
  ];
  plain(new Chart(second, 'inside', { namespace: 'shop' }), EXAMPLE_POD);
  plain(new Chart(app, 'beside', { namespace: 'other' }), EXAMPLE_POD);
  expect(first).not.toBe(second);
  expect(findings(app).map(({ where, fix }) => ({ where, fix: /from (\w+)/.exec(fix)?.[1] }))).toEqual([
    { where: { construct: 'beside/plain' }, fix: 'first' },
    { where: { construct: 'platform1/inside/plain' }, fix: 'second' },
  ]);
});

describe('what a component gives to its pods', () => {
  function equipped() {
    const { app, owner, chart } = shop();
    const web = new Component(owner, 'web', { title: 'web', namespace: 'shop', selector: { app: 'a' } });
    web.presentsToken({ audience: 'control-plane', lifetime: 600 });
    web.readsSecret({ name: 'vault', mountPath: '/run/vault', delivery: { by: 'kubelet', secret: 'vault' } });
    return { app, owner, chart, web };
  }
  const volumesOf = (app: App) =>
    specsOf(parseObjects(app.synthYaml())).map(({ volumes }) => volumes?.map(({ name }) => name));

  test('is in every workload that carries its labels, and in no other', () => {
    const { app, chart } = equipped();
    plain(chart, { containers: [EXAMPLE_CONTAINER] });
    deployment(chart);
    plain(new Chart(app, 'other', { namespace: 'other' }), { containers: [EXAMPLE_CONTAINER] });
    expect(volumesOf(app)).toEqual([['audience-token', 'vault', 'tmp'], ['tmp'], ['tmp']]);
    expect(rules(app)).toEqual([]);
  });

  test('is refused beside another volume of that name', () => {
    const { app, chart } = equipped();
    plain(chart, { ...EXAMPLE_POD, volumes: [{ name: 'vault', configMap: { name: 'a' } }] });
    expect(() => synthesize(app)).toThrow("has a volume 'vault' already");
  });

  test('is one token', () => {
    const { web } = equipped();
    expect(() => web.presentsToken({ audience: 'other' })).toThrow("presents a token to 'control-plane' already");
  });

  test('is checked at once', () => {
    const { owner } = equipped();
    const api = new Component(owner, 'api', { title: 'api', namespace: 'shop', selector: { app: 'api' } });
    expect(() => api.presentsToken({ audience: 'a', lifetime: 1 })).toThrow('[platform0/api] a token for 1 seconds');
    const delivery = { by: 'kubelet', secret: 'A' } as const;
    expect(() => api.readsSecret({ name: 'a', mountPath: '/a', delivery })).toThrow('[platform0/api] Secret');
  });
});

describe('replicas', () => {
  test('get a disruption budget from the component that governs them', () => {
    const { app, owner, chart } = shop();
    const web = new Component(owner, 'web', { title: 'web', namespace: 'shop', selector: { app: 'web' } });
    const workload = new Deployment(chart, 'web', {
      replicas: 2,
      containers: [{ name: 'main', image, resources: RESOURCES }],
    });
    web.governs(workload);
    expect(rules(app)).toEqual([]);
    expect(manifest(app, 'PodDisruptionBudget', workload.name, 'shop').spec).toEqual({
      maxUnavailable: 1,
      selector: { matchLabels: workload.matchLabels },
    });
  });

  test('without one are a warning', () => {
    const { app, chart } = shop();
    const object = plain(chart, EXAMPLE_POD);
    object.addJsonPatch(JsonPatch.add('/spec/replicas', 3));
    expect(rules(app)).toEqual(['warning no-disruption-budget shop/plain']);
    const budget = (id: string, namespace: string, matchLabels: object) =>
      new ApiObject(chart, id, {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { name: id, namespace },
        spec: { selector: { matchLabels } },
      });
    budget('elsewhere', 'other', { app: 'a' });
    budget('others', 'shop', { app: 'b' });
    object.metadata.addLabel('changed', 'yes');
    return Promise.resolve().then(() => {
      expect(rules(app)).toEqual(['warning no-disruption-budget shop/plain']);
      budget('right', 'shop', { app: 'a' });
      return Promise.resolve().then(() => expect(rules(app)).toEqual([]));
    });
  });

  test('one replica alone needs none', () => {
    const { app, owner, chart } = shop();
    const web = new Component(owner, 'web', { title: 'web', namespace: 'shop', selector: { app: 'web' } });
    web.governs(deployment(chart));
    expect(manifests(app).map(({ kind }) => kind)).not.toContain('PodDisruptionBudget');
    expect(rules(app)).toEqual([]);
  });
});

describe('registries', () => {
  test.each([
    [[], 'no registry is approved'],
    [['ghcr.io/ours'], 'does not end in a slash'],
    [['https://ghcr.io/'], 'is a URL'],
    [['ours/'], 'does not begin with the name of a registry'],
    [['ghcr.io//'], "is not the beginning of an image's name"],
    [["ghcr.io/a'b/"], "is not the beginning of an image's name"],
  ])('%j: %s', (registries, message) => {
    expect(() => platform({ registries })).toThrow(message);
  });

  test.each(['ghcr.io/', 'localhost:5000/', 'registry.example.com:5000/a/b-c/'])('%s', (registry) => {
    expect(platform({ registries: [registry] }).registries).toEqual([registry]);
  });
});

test.each(['1', '1.x', 'v1.33', '1.333', '2.0'])('%s is no version of Kubernetes', (kubernetes) => {
  expect(() => platform({ cluster: { ...platform().cluster, kubernetes } })).toThrow('is not a minor version');
});

test('before 1.30 the AppArmor profile is an annotation', () => {
  const { app, chart } = shop({ cluster: { ...platform().cluster, kubernetes: '1.29' } });
  deployment(chart);
  const yaml = app.synthYaml();
  expect(yaml).toContain('container.apparmor.security.beta.kubernetes.io/main: runtime/default');
  expect(yaml).not.toContain('appArmorProfile');
});

test('a Secret as a volume of cdk8s-plus can be read by the pod', () => {
  const { app, chart } = shop();
  const secret = Secret.fromSecretName(chart, 'vault', 'vault');
  deployment(chart).containers[0]?.mount('/run/secrets', Volume.fromSecret(chart, 'volume', secret));
  const [spec] = specsOf(parseObjects(app.synthYaml()));
  expect(spec?.volumes?.[0]).toMatchObject({ secret: { defaultMode: 0o440 } });
  expect(spec?.securityContext?.fsGroup).toBe(65532);
});
