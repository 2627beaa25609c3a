import { App, type Chart, Testing } from 'cdk8s';
import { Deployment, ServiceAccount } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import { Component, type ComponentProps, cilium, Platform, type PlatformProps, Port } from '../../../lib';
import { IdentityRegistration } from '../../../lib/platform/identity-registration';
import type { IdentifyOptions, PlatformIdentityProps } from '../../../lib/platform/identity-registry';
import { plan } from '../../../lib/synth/synthesize';

const SPIRE: PlatformIdentityProps = { trustDomain: 'example.org' };
const JOB: PlatformIdentityProps = { ...SPIRE, registrar: 'job', nodeAlias: { cluster: 'prod' } };
const SERVER = { namespace: 'spire-system', labels: { app: 'spire-server' } };
const WEB: IdentifyOptions = { path: 'web', serviceAccount: 'web', purpose: 'serve' };

function platform(identity: PlatformIdentityProps | undefined = SPIRE): Platform {
  const props: PlatformProps = { dialect: cilium({ version: '1.19' }) };
  return new Platform(new App(), 'platform', identity === undefined ? props : { ...props, identity });
}

function component(scope: Platform, id: string, props: Partial<ComponentProps> = {}): Component {
  return new Component(scope, id, {
    title: id,
    namespace: 'shop',
    selector: { app: id },
    ports: [Port.tcp(443)],
    ...props,
  });
}

const rules = (scope: Platform) =>
  plan(scope.node.root as App)
    .findings.filter(({ severity }) => severity !== 'info')
    .map(({ rule }) => rule);
const objects = (scope: Platform, kind: string) =>
  plan(scope.node.root as App)
    .manifests.flatMap((file) => file.objects.map((object) => ({ file: file.file, ...object.toJson() })))
    .filter((object) => object.kind === kind);

describe('the controller manager', () => {
  test('gets a resource for each identity, by namespace, service account and labels', () => {
    const scope = platform({ ...SPIRE, className: 'main', x509SvidTtl: 3600, federatesWith: ['partner.org'] });
    component(scope, 'web').identify({
      ...WEB,
      hint: 'internal',
      dnsNames: ['web.shop.svc'],
      createServiceAccount: true,
    });
    expect(objects(scope, 'ClusterSPIFFEID')).toEqual([
      expect.objectContaining({
        file: 'identities/web.yaml',
        spec: {
          spiffeIDTemplate: 'spiffe://example.org/web',
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } },
          podSelector: { matchLabels: { app: 'web' } },
          workloadSelectorTemplates: ['k8s:ns:shop', 'k8s:sa:web'],
          ttl: '1h0m0s',
          dnsNameTemplates: ['web.shop.svc'],
          federatesWith: ['partner.org'],
          hint: 'internal',
          className: 'main',
        },
      }),
    ]);
    expect(objects(scope, 'ServiceAccount')).toEqual([
      expect.objectContaining({
        automountServiceAccountToken: false,
        metadata: expect.objectContaining({ name: 'web' }),
      }),
    ]);
    expect(rules(scope)).toEqual([]);
  });
});

describe('the job', () => {
  test('registers what was declared before it, and says what it needs', () => {
    const scope = platform(JOB);
    component(scope, 'web').identify(WEB);
    const { jobNames } = new IdentityRegistration(scope, 'registration', {
      image: 'ghcr.io/spiffe/spire-server:1',
      server: SERVER,
    });
    expect(objects(scope, 'Job').map(({ metadata }) => metadata.name)).toEqual(jobNames);
    expect(objects(scope, 'ClusterSPIFFEID')).toEqual([]);
    const [job] = jobNames;
    const where = { construct: `platform/registration/Job-${job}` };
    const { findings } = plan(scope.node.root as App);
    expect(findings.filter(({ severity }) => severity === 'info')).toMatchObject([
      { rule: 'host-path', where },
      { rule: 'run-as-user', where },
    ]);
    expect(rules(scope)).toEqual([]);
  });

  test('another entry is another Job, since a Job cannot be changed', () => {
    const names = ['web', 'api'].map((id) => {
      const scope = platform(JOB);
      component(scope, id).identify({ ...WEB, path: id });
      return new IdentityRegistration(scope, 'registration', { image: 'ghcr.io/spiffe/spire-server:1', server: SERVER })
        .jobNames[0];
    });
    expect(names[0]).not.toBe(names[1]);
  });

  test('an identity that comes later is a finding', () => {
    const scope = platform(JOB);
    new IdentityRegistration(scope, 'registration', { image: 'ghcr.io/spiffe/spire-server:1', server: SERVER });
    component(scope, 'web').identify(WEB);
    expect(rules(scope)).toEqual(['unregistered-identity']);
  });

  test('beside the controller manager it is a finding', () => {
    const scope = platform({ ...JOB, registrar: 'controllerManager' });
    component(scope, 'web').identify(WEB);
    new IdentityRegistration(scope, 'registration', { image: 'ghcr.io/spiffe/spire-server:1', server: SERVER });
    expect(rules(scope)).toEqual(['two-registrars']);
  });

  test('needs a node alias', () => {
    const scope = platform({ ...SPIRE, registrar: 'job' });
    component(scope, 'web').identify(WEB);
    const make = () =>
      new IdentityRegistration(scope, 'registration', { image: 'ghcr.io/spiffe/spire-server:1', server: SERVER });
    expect(make).toThrow(/has no parent, and no node alias was given/);
  });
});

describe('is refused at once', () => {
  test.each([
    ['a wildcard', { path: 'agent/*' }, /\*/],
    ['a blank', { path: 'agent/a b' }, /a b/],
    ['a reserved path', { path: 'spire/agent' }, /spire/],
    ['an empty segment', { path: 'agent//x' }, /./],
    ['an ID of more than 2,048 bytes', { path: 'x'.repeat(2048) }, /2,?048/],
    ['no service account', { serviceAccount: '' }, /service account/],
  ])('%s', (_, options, message) => {
    expect(() => component(platform(), 'web').identify({ ...WEB, ...options })).toThrow(message);
  });

  test.each([
    ['a trust domain in upper case', { trustDomain: 'Example.org' }, /Example\.org/],
    ['a lifetime of nothing', { ...SPIRE, x509SvidTtl: 0 }, /./],
    ['a federated domain that is its own', { ...SPIRE, federatesWith: ['example.org'] }, /example\.org/],
  ])('%s', (_, identity, message) => {
    expect(() => component(platform(identity), 'web').identify(WEB)).toThrow(message);
  });

  test('a platform without SPIRE, and a second identity', () => {
    const plain = new Platform(new App(), 'platform', { dialect: cilium({ version: '1.19' }) });
    expect(() => component(plain, 'web').identify(WEB)).toThrow(/says nothing about SPIRE/);
    const web = component(platform(), 'web');
    web.identify(WEB);
    expect(() => web.identify(WEB)).toThrow(/has an identity already/);
  });
});

describe('is a finding', () => {
  test('one SPIFFE ID for two owners', () => {
    const scope = platform();
    component(scope, 'web').identify({ ...WEB, owner: 'a' });
    component(scope, 'api').identify({ ...WEB, serviceAccount: 'api', owner: 'b' });
    expect(rules(scope)).toEqual(['shared-identity']);
  });

  test('pods that would get the identity of another owner', () => {
    const scope = platform();
    component(scope, 'web').identify({ ...WEB, owner: 'a' });
    component(scope, 'canary', { selector: { app: 'web', track: 'canary' } }).identify({
      ...WEB,
      path: 'canary',
      owner: 'b',
    });
    expect(rules(scope)).toContain('shared-identity');
  });

  test('the account that every pod may use', () => {
    const scope = platform();
    component(scope, 'web').identify({ ...WEB, serviceAccount: 'default' });
    expect(rules(scope)).toEqual(['identity-by-label']);
  });

  test('authentication of who has no identity', () => {
    const scope = platform();
    const [web, api] = [component(scope, 'web'), component(scope, 'api')];
    web.identify(WEB);
    web.allowTo(api, { purpose: 'ask', authentication: 'required' });
    expect(rules(scope)).toEqual(['authentication-without-identity']);
    api.identify({ ...WEB, path: 'api', serviceAccount: 'api' });
    expect(rules(scope)).toEqual([]);
  });
});

describe('a workload that is governed', () => {
  function deployment(scope: Chart, account: string): Deployment {
    return new Deployment(scope, 'deployment', {
      metadata: { namespace: 'shop' },
      serviceAccount: ServiceAccount.fromServiceAccountName(scope, 'account', account),
      containers: [{ image: 'web', securityContext: { readOnlyRootFilesystem: true } }],
    });
  }

  test('sees the socket of the Workload API', () => {
    const scope = platform();
    const web = component(scope, 'web');
    web.identify(WEB);
    const chart = Testing.chart();
    web.governs(deployment(chart, 'web'));
    const spec = Testing.synth(chart).find(({ kind }) => kind === 'Deployment').spec.template.spec;
    expect(spec.volumes).toEqual([{ name: 'spiffe-workload-api', csi: { driver: 'csi.spiffe.io', readOnly: true } }]);
    expect(spec.containers[0].volumeMounts).toEqual([
      { name: 'spiffe-workload-api', mountPath: '/run/spire/sockets', readOnly: true },
    ]);
  });

  test('has to run under the account that the identity is for', () => {
    const web = component(platform(), 'web');
    web.identify(WEB);
    expect(() => web.governs(deployment(Testing.chart(), 'other'))).toThrow(/service account 'other'.* is for 'web'/);
  });
});

test('plain cdk8s renders the same objects', () => {
  const scope = platform(JOB);
  component(scope, 'web').identify({ ...WEB, createServiceAccount: true });
  new IdentityRegistration(scope, 'registration', { image: 'ghcr.io/spiffe/spire-server:1', server: SERVER });
  const kinds = Testing.synth(scope).map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['ServiceAccount', 'ConfigMap', 'Job']));
  const [map] = Testing.synth(scope).filter(({ kind }) => kind === 'ConfigMap');
  expect(map.immutable).toBe(true);
  expect(JSON.parse(map.data['entries.json']).entries).toHaveLength(2);
});
