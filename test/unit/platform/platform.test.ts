import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Peer } from '../../../lib/model/peer';
import { Port } from '../../../lib/model/port';
import type { Component } from '../../../lib/platform/component';
import { ExternalSystem } from '../../../lib/platform/external-system';
import { Platform } from '../../../lib/platform/platform';
import { Service } from '../../../lib/platform/service';
import { Workspace } from '../../../lib/platform/workspace';
import { cilium } from '../../../lib/render/network/cilium';
import { kubernetes } from '../../../lib/render/network/kubernetes';
import { connects, DIALECTS, egressTable, files, findings, manifest, manifests, platform, rules } from './build';

const podOf = ({ namespace, podLabels }: Component) => ({ namespace, labels: podLabels });

/** A random program: a few components in a few namespaces, and edges between any two of them. */
const IDS = ['a', 'b', 'c', 'd'] as const;
const NAMESPACES = { a: 'one', b: 'one', c: 'two', d: 'three' } as const;
const PORTS = [80, 443, 5432];
const someEdges = fc.array(
  fc.record({
    from: fc.constantFrom(...IDS),
    to: fc.constantFrom(...IDS),
    port: fc.constantFrom(...PORTS),
    purpose: fc.constantFrom('one', 'two'),
    declaredBy: fc.constantFrom('client', 'server'),
  }),
  { maxLength: 8 },
);
type Said = typeof someEdges extends fc.Arbitrary<infer Value> ? Value : never;

function program(dialect: Platform['dialect'], edges: Said, ids: readonly (typeof IDS)[number][] = IDS): Platform {
  const root = platform({ dialect });
  const services = Object.fromEntries(ids.map((id) => [id, new Service(root, id, { namespace: NAMESPACES[id] })]));
  for (const { from, to, port, purpose, declaredBy } of edges) {
    const [client, server] = [services[from] as Service, services[to] as Service];
    const options = { ports: [Port.tcp(port)], purpose };
    if (declaredBy === 'client') client.allowTo(server, options);
    else server.allowFrom(client, options);
  }
  return root;
}

describe.each(DIALECTS)('a program in %s', (_, dialect) => {
  test('lets two components talk exactly where an edge says so', () => {
    fc.assert(
      fc.property(someEdges, (edges) => {
        const root = program(dialect, edges);
        const pods = Object.fromEntries(root.components.map((component) => [component.title, podOf(component)]));
        for (const from of IDS) {
          for (const to of IDS) {
            for (const port of PORTS) {
              const said = edges.some((edge) => edge.from === from && edge.to === to && edge.port === port);
              const may = connects(root, pods[from] as never, pods[to] as never, { port });
              expect([from, to, port, may]).toEqual([from, to, port, said]);
            }
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  test('writes the same policies in whatever order it was written itself', () => {
    fc.assert(
      fc.property(someEdges, (edges) => {
        const objects = (root: Platform) =>
          manifests(root)
            .map((object) => JSON.stringify(object))
            .sort();
        const turned = program(dialect, [...edges].reverse(), [...IDS].reverse());
        expect(objects(turned)).toEqual(objects(program(dialect, edges)));
      }),
      { numRuns: 50 },
    );
  });

  test('is without findings', () => {
    fc.assert(
      fc.property(someEdges, (edges) => rules(program(dialect, edges)).length === 0),
      { numRuns: 20 },
    );
  });
});

describe('two platforms in one app', () => {
  function two() {
    const app = new App({ outdir: '/nowhere' });
    const one = platform({ directory: 'one' }, app);
    const other = platform({ directory: 'other', dialect: kubernetes() }, app);
    return { app, one, other };
  }

  test('write into folders of their own', () => {
    const { app, one, other } = two();
    new Service(one, 'a', { namespace: 'first' });
    new Service(other, 'a', { namespace: 'second' });
    expect(files(app)).toEqual(
      ['one', 'other'].flatMap((folder) => [
        `${folder}/EGRESS.md`,
        `${folder}/inventory.json`,
        `${folder}/namespaces.yaml`,
        `${folder}/network-policies/a.yaml`,
        `${folder}/network-policies/default-deny.yaml`,
      ]),
    );
    expect(rules(app)).toEqual([]);
  });

  test('have to have one', () => {
    const app = new App({ outdir: '/nowhere' });
    platform({}, app);
    platform({}, app);
    expect(findings(app).map(({ rule }) => rule)).toContain('duplicate-file');
  });

  test('carry an edge between them at both ends, each in its own dialect', () => {
    const { app, one, other } = two();
    const client = new Service(one, 'client', { namespace: 'clients' });
    const server = new Service(other, 'server', { namespace: 'servers', ports: [Port.tcp(80)] });
    expect(connects(app, podOf(client), podOf(server), { port: 80 })).toBe(false);
    client.allowTo(server, { purpose: 'p' });
    expect(connects(app, podOf(client), podOf(server), { port: 80 })).toBe(true);
    expect(connects(app, podOf(client), podOf(server), { port: 81 })).toBe(false);
    expect(manifest(app, 'CiliumNetworkPolicy', 'client')).toBeDefined();
    expect(manifest(app, 'NetworkPolicy', 'server')).toBeDefined();
    expect(rules(app)).toEqual([]);
  });

  test.each(['client', 'server'])('lose nothing of it that one of them cannot say, when the %s declares it', (who) => {
    const { app, one, other } = two();
    const client = new Service(one, 'client', { namespace: 'clients' });
    const server = new Service(other, 'server', { namespace: 'servers', ports: [Port.tcp(80)] });
    const options = { purpose: 'p', http: [{ method: 'GET' }] };
    if (who === 'client') client.allowTo(server, options);
    else server.allowFrom(client, options);
    expect(findings(app).map(({ rule, severity }) => [rule, severity])).toEqual([['l7-not-expressible', 'error']]);
  });

  test('agree on what is dead between them', () => {
    const { app, one, other } = two();
    other.manageNamespace('servers');
    const theirs = new Service(other, 'server', { namespace: 'servers', ports: [Port.tcp(80)], managed: false });
    new Service(one, 'client', { namespace: 'clients' }).allowTo(theirs, { purpose: 'p' });
    expect(findings(app).map(({ rule }) => rule)).toEqual(['dead-end']);
  });

  test('cannot govern one namespace', () => {
    const { app, one, other } = two();
    one.manageNamespace('shared');
    other.manageNamespace('shared');
    expect(findings(app).map(({ rule }) => rule)).toContain('duplicate-object');
  });
});

describe('the platform of a construct', () => {
  test('is the nearest one above', () => {
    const root = platform();
    const group = new Construct(root, 'group');
    const service = new Service(group, 'a', { namespace: 'x' });
    expect(Platform.of(service)).toBe(root);
    expect(Platform.of(root)).toBe(root);
  });

  test('is no other chart', () => {
    const app = new App({ outdir: '/nowhere' });
    const chart = new Chart(app, 'chart');
    expect(Platform.isPlatform(chart)).toBe(false);
    expect(Platform.isPlatform(platform({}, app))).toBe(true);
    expect(() => Platform.of(chart)).toThrow('[chart]');
  });
});

describe('namespaces', () => {
  test.each([
    ['kube-system', /takes the cluster down/],
    ['kube-public', /takes the cluster down/],
    ['Bad', /not a DNS label/],
  ])('%s cannot be managed', (namespace, message) => {
    expect(() => platform().manageNamespace(namespace)).toThrow(message);
    expect(() => platform().manageNamespace(namespace)).toThrow('[platform0]');
  });

  test('are managed once, whoever asks', () => {
    const root = platform();
    const managed = root.manageNamespace('ws', { labels: { tier: 'x' } });
    new Service(root, 'a', { namespace: 'ws' });
    expect(root.manageNamespace('ws')).toBe(managed);
    expect(root.managedNamespace('ws')).toBe(managed);
    expect(root.managedNamespace('other')).toBeUndefined();
    expect([...root.managedNamespaces]).toEqual([managed]);
    expect(rules(root)).toEqual([]);
  });

  test('know their components', () => {
    const root = platform();
    const [a, b] = ['a', 'b'].map((id) => new Service(root, id, { namespace: 'x', managed: id === 'a' }));
    new Service(root, 'c', { namespace: 'y' });
    expect(root.componentsIn('x')).toEqual([a, b]);
    expect(root.componentsIn('nowhere')).toEqual([]);
  });
});

describe('directions', () => {
  test.each([
    [['Ingress', 'Egress'], true],
    [['Egress', 'Ingress'], true],
    [['Egress'], false],
    [['Egress', 'Egress'], false],
  ] as const)('%j deny by default: %s', (directions, denies) => {
    const root = platform({ directions });
    root.manageNamespace('ws');
    expect(root.deniesByDefault).toBe(denies);
    expect(manifests(root).map(({ kind }) => kind)).toEqual(
      denies ? ['Namespace', 'CiliumNetworkPolicy'] : ['Namespace'],
    );
    expect(rules(root)).toEqual(denies ? [] : ['warning egress-only platform0']);
  });
});

describe('the egress table', () => {
  test('is written, unless the policies say something else than the edges', () => {
    expect(files(platform())).toEqual(['EGRESS.md', 'inventory.json']);
    expect(files(platform({ egressTable: false }))).toEqual(['inventory.json']);
  });

  test('tells requirements apart from what is ours', () => {
    const root = platform();
    const client = new Service(root, 'client', { namespace: 'clients' });
    client.allowTo(new Service(root, 'vault', { namespace: 'vault', managed: false, ports: [Port.tcp(8200)] }), {
      purpose: 'credentials',
    });
    client.allowTo(new Service(root, 'server', { namespace: 'servers', ports: [Port.tcp(80)] }), { purpose: 'api' });
    client.allowFrom(Peer.pods({ namespace: 'monitoring', labels: { app: 'prometheus' } }), {
      ports: [Port.tcp(9090)],
      purpose: 'metrics',
    });
    client.allowTo(new ExternalSystem(root, 'erp', { peer: Peer.fqdn('api.example.com') }), { purpose: 'invoices' });
    const [, required = ''] = egressTable(root).split('## Required of others');
    expect(required.split('\n').filter((line) => line.startsWith('| `'))).toEqual([
      '| `monitoring/{app=prometheus}` | egress to `client` | 9090 | TCP | metrics |',
      '| `vault/*` | ingress from `client` | 8200 | TCP | credentials |',
    ]);
  });
});

test('findings of a stack are collected with the others', () => {
  const root = platform();
  root.addFindings(() => [
    { rule: 'own-rule', severity: 'error', where: { construct: 'x' }, message: 'is wrong', fix: 'mend it' },
  ]);
  expect(rules(root)).toEqual(['error own-rule x']);
});

test('a name in a search list of the nodes is asked for, and nothing beside it', () => {
  const cluster = { ...platform().cluster, domain: 'k8s.example.net', searchDomains: ['corp.example.net'] };
  const root = platform({ cluster });
  const service = new Service(root, 'a', { namespace: 'x' });
  service.allowTo(Peer.fqdn('api.example.com'), { ports: [Port.tcp(443)], purpose: 'p' });
  const text = JSON.stringify(service.policy?.manifest());
  expect(text).toContain('"api.example.com.corp.example.net"');
  expect(text).toContain('"api.example.com.x.svc.k8s.example.net"');
  expect(text).not.toContain('cluster.local');
});

test('ten thousand workspaces that use a service alike are one rule of it each way, and no finding', () => {
  for (const isolation of ['namespace', 'label'] as const) {
    const root = platform({ sharedNamespace: 'agents', dialect: cilium({ version: '1.20' }) });
    const server = new Service(root, 'server', { namespace: 'servers', ports: [Port.tcp(80)] });
    for (let index = 0; index < 10_000; index++) {
      new Workspace(root, `ws-${index}`, { isolation }).agents.allowTo(server, { purpose: 'api' });
    }
    const spec = manifest(root, 'CiliumNetworkPolicy', 'server').spec as { readonly ingress: readonly object[] };
    expect(spec.ingress).toHaveLength(1);
    expect(JSON.stringify(spec)).toContain('"ws-9999"');
    expect(findings(root)).toEqual([]);
  }
});
