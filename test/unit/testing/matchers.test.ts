import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Testing } from 'cdk8s';
import { afterAll, describe, expect, test } from 'vitest';
import { loadManifests } from '../../../lib/analysis/load/load';
import { Port } from '../../../lib/model/port';
import { Platform } from '../../../lib/platform/platform';
import { Service } from '../../../lib/platform/service';
import { cilium } from '../../../lib/render/network/cilium';
import { type MatcherResult, type PortcullisMatchers, portcullisMatchers } from '../../../lib/testing';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-testing-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pod = (namespace: string, app: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: app, namespace, labels: { app } },
  spec: {},
});
const policy = (namespace: string, name: string, spec: object) => ({
  apiVersion: 'cilium.io/v2',
  kind: 'CiliumNetworkPolicy',
  metadata: { name, namespace },
  spec: { endpointSelector: { matchLabels: { app: name } }, ...spec },
});
const from = (app: string, namespace = 'shop') => [{ matchLabels: { app, 'io.kubernetes.pod.namespace': namespace } }];
const tcp = (port: number) => [{ ports: [{ port: String(port), protocol: 'TCP' }] }];

/** The cart may reach the vault, with authentication; a second client may without. */
const OBJECTS = [
  pod('shop', 'cart'),
  pod('shop', 'other'),
  pod('vault', 'vault'),
  policy('shop', 'cart', { egress: [{ toEndpoints: from('vault', 'vault'), toPorts: tcp(8200) }] }),
  policy('vault', 'vault', {
    ingress: [
      { fromEndpoints: from('cart'), toPorts: tcp(8200), authentication: { mode: 'required' } },
      { fromEndpoints: from('other'), toPorts: tcp(8200) },
    ],
  }),
];

const { toAllow, toDeny, toRequireAuthentication, toHaveNoFindings } = portcullisMatchers;
const cart = { from: 'shop/cart', to: 'vault/vault', port: 8200 };

function told({ pass, message }: MatcherResult): readonly [boolean, string] {
  return [pass, message()];
}

describe('toAllow and toDeny', () => {
  test.each([
    [cart, true, false],
    [{ ...cart, port: 'tcp/8200' }, true, false],
    [{ ...cart, port: 'tcp/8200-8201' }, false, false],
    [{ ...cart, port: 'udp/8200' }, false, true],
    [{ ...cart, from: 'shop/' }, true, false],
    [{ ...cart, to: 'world' }, false, true],
    [{ from: 'world', to: 'vault/', port: 'tcp' }, false, true],
    [{ ...cart, dialect: 'kubernetes' }, true, false],
  ])('%j', (expectation, allows, denies) => {
    expect([toAllow(OBJECTS, expectation).pass, toDeny(OBJECTS, expectation).pass]).toEqual([allows, denies]);
  });

  test('say why', () => {
    const [, message] = told(toAllow(OBJECTS, { ...cart, port: 443 }));
    expect(message).toContain('expected shop/cart to reach vault/vault on 443');
    expect(message).toContain('CiliumNetworkPolicy vault/vault');
    expect(told(toDeny(OBJECTS, cart))[1]).toContain('expected shop/cart not to reach vault/vault on 8200');
  });

  test.each([
    [{ ...cart, from: 'shop/cat' }, /no workload 'cat'.*cart/s],
    [{ ...cart, from: 'shopp/cart' }, /namespace 'shopp'/],
    [{ ...cart, port: 'tcp/70000' }, /out of range/],
    [{ ...cart, dialect: 'calico' }, /no dialect/],
  ])('refuse %j', (expectation, message) => {
    expect(() => toDeny(OBJECTS, expectation)).toThrow(message);
  });

  test('refuse manifests that cannot be judged, which would deny whatever is asked', () => {
    const broken = [...OBJECTS, policy('shop', 'other', { egress: 'all' })];
    expect(() => toDeny(broken, cart)).toThrow(/cannot be judged:\n.*spec.egress/);
    expect(() => toDeny(join(folder, 'gone'), cart)).toThrow(/no such file/);
    expect(() => toDeny({}, cart)).toThrow(TypeError);
  });
});

test('toRequireAuthentication is for what gets through, and something has to', () => {
  expect(toRequireAuthentication(OBJECTS, cart).pass).toBe(true);
  expect(toRequireAuthentication(OBJECTS, { ...cart, from: 'shop/other' }).pass).toBe(false);
  expect(toRequireAuthentication(OBJECTS, { ...cart, from: 'shop/' }).pass).toBe(false);
  expect(toRequireAuthentication(OBJECTS, { ...cart, port: 443 }).pass).toBe(false);
  expect(told(toRequireAuthentication(OBJECTS, { ...cart, port: 443 }))[1]).toContain('need authentication');
});

describe('toHaveNoFindings', () => {
  test('lists what there is', () => {
    const [pass, message] = told(toHaveNoFindings(OBJECTS));
    expect(pass).toBe(false);
    expect(message).toMatch(/expected no findings\n {2}.*no-default-deny/);
  });

  test('counts from a severity on', () => {
    const app = new App({ outdir: folder });
    const platform = new Platform(app, 'platform', { dialect: cilium({ version: '1.19' }) });
    new Service(platform, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)] });
    expect(told(toHaveNoFindings(Testing.synth(platform)))).toEqual([true, 'expected findings, and there are none']);
  });
});

test('manifests may be a path, objects or loaded', () => {
  writeFileSync(join(folder, 'a.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: OBJECTS }));
  for (const subject of [folder, join(folder, 'a.json'), OBJECTS, loadManifests([folder])]) {
    expect(toAllow(subject, cart).pass).toBe(true);
  }
});

test('a framework takes them as they are', () => {
  expect.extend(portcullisMatchers);
  const extended = () => expect(OBJECTS) as unknown as PortcullisMatchers<void> & { not: PortcullisMatchers<void> };
  extended().toAllow(cart);
  extended().not.toAllow({ ...cart, port: 443 });
  expect(() => extended().toAllow({ ...cart, port: 443 })).toThrow(/to reach vault\/vault on 443/);
});
