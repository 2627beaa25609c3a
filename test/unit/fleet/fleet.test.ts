import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Platform, Workspace } from '../../../lib';
import { CLUSTER_IDENTITIES } from '../../../lib/analysis/rules/identity-budget';
import { POLICY_MAP_ENTRIES } from '../../../lib/analysis/rules/policy-map-budget';
import type { Finding } from '../../../lib/finding';
import { CLUSTER_LIMITS } from '../../../lib/fleet/budget';
import type { FleetCluster } from '../../../lib/fleet/cluster';
import { Fleet } from '../../../lib/fleet/fleet';
import type { FleetPlan } from '../../../lib/fleet/plan';
import { clusters, PLAIN, refused, vaultFleet, workspaces } from './support';

let outdir: string;

beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'portcullis-fleet-'));
});

afterEach(() => {
  rmSync(outdir, { recursive: true });
});

function sizes({ clusters: list }: FleetPlan): Record<string, number> {
  return Object.fromEntries(list.map(({ name, workspaces: ids }) => [name, ids.length]));
}

describe('use', () => {
  test('counts what each cluster needs', () => {
    const { plan, findings } = vaultFleet({ clusters: clusters('a'), workspaces: workspaces(6) }).plan();
    expect(findings).toEqual([]);
    const [only] = plan.clusters;
    // The vault and six agents; the vault's map holds each of them; for the vault its namespace, default deny and
    // policy, for each workspace also quota and limits.
    expect(only?.use).toEqual({ identities: 7, policyMapEntries: 6, objects: 3 + 6 * 5 });
  });

  test('what else the cluster holds is added', () => {
    const [a] = clusters('a') as [FleetCluster];
    const besides = { identities: 100, objects: 1000 };
    const { plan } = vaultFleet({ clusters: [{ ...a, besides }], workspaces: workspaces(1) }).plan();
    // The agents' map: the vault, the stub and DNS over UDP and TCP.
    expect(plan.clusters[0]?.use).toEqual({ identities: 102, policyMapEntries: 4, objects: 1008 });
  });

  test('plain NetworkPolicies have objects alone', () => {
    const [a] = clusters('a') as [FleetCluster];
    const { plan } = vaultFleet({ clusters: [{ ...a, dialect: PLAIN }], workspaces: workspaces(2) }).plan();
    expect(plan.clusters[0]?.use).toEqual({ identities: 0, policyMapEntries: 0, objects: 13 });
  });

  test('limits are those that the analysis holds manifests against', () => {
    expect(CLUSTER_LIMITS.identities).toBe(CLUSTER_IDENTITIES);
    expect(CLUSTER_LIMITS.policyMapEntries).toBe(POLICY_MAP_ENTRIES);
  });
});

describe('budgets', () => {
  test('a cluster takes what the headroom leaves of the map that is full first', () => {
    // The map of the vault has one entry for each workspace: 8 of 10 may be used.
    const { plan, findings } = vaultFleet({
      clusters: clusters('a', 'b'),
      workspaces: workspaces(16),
      limits: { policyMapEntries: 10 },
    }).plan();
    expect(sizes(plan)).toEqual({ a: 8, b: 8 });
    expect(plan.clusters.map(({ free, bound }) => [free, bound])).toEqual([
      [0, 'policyMapEntries'],
      [0, 'policyMapEntries'],
    ]);
    expect(findings.map(({ rule }) => rule)).toEqual(['next-cluster-due']);
  });

  test('one workspace too many is named', () => {
    const { findings } = vaultFleet({
      clusters: clusters('a', 'b'),
      workspaces: workspaces(17),
      limits: { policyMapEntries: 10 },
    }).plan();
    const unplaced = findings.filter(({ severity }) => severity === 'error');
    expect(unplaced).toHaveLength(1);
    expect(unplaced[0]?.message).toMatch(/fits nowhere: all 2 clusters that could take it are full/);
  });

  test.each([
    [9, 'warning', /needs 9 policy-map entries of 10, which leaves less than the 20 % that should stay free/],
    [11, 'error', /needs 11 policy-map entries, and holds 10/],
  ])('%i declared workspaces of 10 that fit are a %s', (count, severity, message) => {
    const declared = workspaces(count).map((workspace) => ({ ...workspace, cluster: 'a' }));
    const { findings } = vaultFleet({
      clusters: clusters('a'),
      workspaces: declared,
      limits: { policyMapEntries: 10 },
    }).plan();
    expect(findings.filter(({ rule }) => rule === 'cluster-budget')).toEqual([
      expect.objectContaining({ severity, where: { construct: 'a' }, message: expect.stringMatching(message) }),
    ]);
  });

  test.each([
    ['identities', { identities: 10 }, 7],
    ['objects', { objects: 100 }, 15],
  ] as const)('%s bound a cluster too', (bound, limits, fitting) => {
    const { plan } = vaultFleet({ clusters: clusters('a'), workspaces: workspaces(1), limits }).plan();
    expect(plan.clusters[0]).toMatchObject({ bound, free: fitting - 1 });
  });

  test('a cluster may have limits of its own, and a number of workspaces', () => {
    const [a, b] = clusters('a', 'b') as [FleetCluster, FleetCluster];
    const { plan } = vaultFleet({
      clusters: [
        { ...a, limits: { identities: 5 } },
        { ...b, maxWorkspaces: 2 },
      ],
      workspaces: workspaces(5),
    }).plan();
    expect(sizes(plan)).toEqual({ a: 3, b: 2 });
  });
});

describe('output', () => {
  test('every cluster has a folder with its own dialect and trust domain', () => {
    const [a, b] = clusters('a', 'b') as [FleetCluster, FleetCluster];
    const endpoint = { url: 'https://spire.b.example.com:8443', spiffeId: 'spiffe://b.example.com/spire/server' };
    const result = vaultFleet({
      clusters: [
        { ...a, trustDomain: 'a.example.com', federatesWith: ['b'] },
        { ...b, trustDomain: 'b.example.com', bundleEndpoint: endpoint },
      ],
      workspaces: [
        { id: 'one', cluster: 'a' },
        { id: 'two', cluster: 'b' },
      ],
    }).synthesize({ outdir });
    expect(readdirSync(outdir).sort()).toEqual(['a', 'b']);
    expect(result.objects).toBe(2 * (3 + 5 + 1) + 1);
    expect(readFileSync(join(outdir, 'a/identities/federation.yaml'), 'utf8')).toMatchInlineSnapshot(`
      "apiVersion: spire.spiffe.io/v1alpha1
      kind: ClusterFederatedTrustDomain
      metadata:
        name: b
      spec:
        trustDomain: b.example.com
        bundleEndpointURL: https://spire.b.example.com:8443
        bundleEndpointProfile:
          type: https_spiffe
          endpointSPIFFEID: spiffe://b.example.com/spire/server
      "
    `);
    const one = readFileSync(join(outdir, 'a/identities/agents.yaml'), 'utf8');
    expect(one).toContain('spiffe://a.example.com/agent/one');
    expect(one).toContain('federatesWith:\n    - b.example.com');
    expect(existsSync(join(outdir, 'b/identities/federation.yaml'))).toBe(false);
  });

  test('a second run writes nothing', () => {
    const fleet = vaultFleet({ clusters: clusters('a', 'b') });
    const first = fleet.synthesize({ outdir });
    expect(fleet.synthesize({ outdir })).toMatchObject({ written: 0, unchanged: first.written, removed: 0 });
  });

  test('an error on the last cluster leaves all of them alone', () => {
    const fleet = new Fleet({
      clusters: clusters('a', 'b'),
      workspaces: workspaces(4),
      build: (app, { cluster, workspaces: placed }) => {
        const platform = new Platform(app, 'platform', { dialect: cluster.dialect });
        for (const { id } of placed) new Workspace(platform, id);
        if (cluster.name === 'b') app.node.addValidation({ validate: () => ['not like this'] });
      },
    });
    expect(refused(() => fleet.synthesize({ outdir }))).toEqual([
      expect.objectContaining({ rule: 'construct-validation', where: { construct: 'b/' }, message: 'not like this' }),
    ]);
    expect(readdirSync(outdir)).toEqual([]);
  });

  test('so does what the program throws, and what somebody finds who looks', () => {
    const throwing = new Fleet({
      clusters: clusters('a', 'b'),
      workspaces: [],
      build: (app, { cluster }) => {
        new Platform(app, 'platform', { dialect: cluster.dialect });
        if (cluster.name === 'b') throw new Error('no');
      },
    });
    expect(() => throwing.synthesize({ outdir })).toThrow('no');
    const error: Finding = { rule: 'x', severity: 'error', where: { construct: '' }, message: 'bad', fix: 'mend' };
    const fleet = vaultFleet({ clusters: clusters('a', 'b') });
    expect(refused(() => fleet.synthesize({ outdir, inspect: () => [error] }))).toHaveLength(1);
    expect(readdirSync(outdir)).toEqual([]);
  });

  test('progress is told cluster by cluster', () => {
    const done: number[] = [];
    const fleet = vaultFleet({ clusters: clusters('a', 'b', 'c') });
    fleet.synthesize({ outdir, onProgress: (count, total) => done.push(count, total) });
    expect(done).toEqual([1, 3, 2, 3, 3, 3]);
  });
});

test.each<[string, Partial<FleetCluster>[], string, RegExp]>([
  ['two clusters with one name', [{ name: 'a' }, { name: 'a' }], 'duplicate-cluster', /2 clusters are called 'a'/],
  ['a name that is no DNS label', [{ name: '../a' }], 'invalid-cluster', /'..\/a' is not a DNS label/],
  ['a weight of nothing', [{ weight: 0 }], 'invalid-cluster', /weight is 0/],
  ['a negative limit', [{ limits: { objects: -1 } }], 'invalid-cluster', /limits.objects is -1/],
  ['half a workspace', [{ maxWorkspaces: 1.5 }], 'invalid-cluster', /maxWorkspaces is 1.5/],
  ['a trust domain in upper case', [{ trustDomain: 'A.com' }], 'invalid-cluster', /upper case/],
  [
    'a trust domain of two clusters',
    [{ trustDomain: 'a.com' }, { name: 'b', trustDomain: 'a.com', sharesTrustDomain: 'Nested SPIRE' }],
    'shared-trust-domain',
    /trust domain 'a.com' of 'b'/,
  ],
  [
    'a shared trust domain without a reason',
    [{ trustDomain: 'a.com', sharesTrustDomain: '' }],
    'shared-trust-domain',
    /reason/,
  ],
  ['a federation with nobody', [{ federatesWith: ['b'] }], 'invalid-federation', /'b', which the fleet does not have/],
  ['a federation with itself', [{ federatesWith: ['a'] }], 'invalid-federation', /itself/],
  [
    'a federation without trust domains',
    [{ federatesWith: ['b'] }, { name: 'b' }],
    'invalid-federation',
    /no trust domain/,
  ],
  [
    'a federation without an endpoint',
    [
      { trustDomain: 'a.com', federatesWith: ['b'] },
      { name: 'b', trustDomain: 'b.com' },
    ],
    'invalid-federation',
    /does not say where its bundle is/,
  ],
  [
    'an endpoint without https',
    [{ trustDomain: 'a.com', bundleEndpoint: { url: 'http://a.com' } }],
    'invalid-cluster',
    /not https/,
  ],
  [
    'an endpoint that proves itself as somebody else',
    [{ trustDomain: 'a.com', bundleEndpoint: { url: 'https://a.com', spiffeId: 'spiffe://b.com/spire/server' } }],
    'invalid-cluster',
    /not a SPIFFE ID of the trust domain/,
  ],
])('%s is a finding', (_, list, rule, message) => {
  const fleet = vaultFleet({
    clusters: list.map((cluster) => ({ ...(clusters('a')[0] as FleetCluster), ...cluster })),
  });
  const findings = refused(() => fleet.synthesize({ outdir }));
  expect(findings).toContainEqual(
    expect.objectContaining({ rule, severity: 'error', message: expect.stringMatching(message) }),
  );
  expect(readdirSync(outdir)).toEqual([]);
});
