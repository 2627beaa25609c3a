import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import { CronJob, Deployment, EnvValue, Secret, Volume } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import type { PodSpec } from '../../../lib/kube/pod';
import { WORKLOAD_RULES } from '../../../lib/kube/workload-rule/index';
import { EXAMPLE_CONTAINER, EXAMPLE_POD } from '../../../lib/kube/workload-rule/rule';
import { ManifestObject } from '../../../lib/synth/manifest-object';
import { synthesize } from '../../../lib/synth/synthesize';
import { folderOfTest, objectsIn, parseObjects } from '../synth/support';
import { findings, platform, rules } from './build';
import { CONTAINER, deployment, plain, shop, specsOf } from './workloads';

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
      containers: [CONTAINER],
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
