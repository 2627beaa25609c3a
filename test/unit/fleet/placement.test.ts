import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FleetCluster, FleetWorkspace } from '../../../lib/fleet/cluster';
import { place } from '../../../lib/fleet/placement';
import { clusters, workspaces } from './support';

const UNBOUNDED = () => Number.POSITIVE_INFINITY;

function homes(
  sites: readonly FleetCluster[],
  list: readonly FleetWorkspace[],
  capacity: (cluster: FleetCluster) => number = UNBOUNDED,
): Record<string, string> {
  const { byCluster } = place(sites, list, capacity);
  return Object.fromEntries([...byCluster].flatMap(([name, placed]) => placed.map(({ id }) => [id, name])));
}

function moved(before: Record<string, string>, after: Record<string, string>): string[] {
  return Object.keys(before).filter((id) => before[id] !== after[id]);
}

describe('placement by hash', () => {
  const ten = clusters(...Array.from({ length: 10 }, (_, index) => `c-${index}`));
  const list = workspaces(10_000);

  test('shares are even', () => {
    const { byCluster } = place(ten, list, UNBOUNDED);
    for (const placed of byCluster.values()) {
      // Ten standard deviations of a fair draw would be 300.
      expect(Math.abs(placed.length - 1000)).toBeLessThan(300);
    }
  });

  test('a weight is a share', () => {
    const [first, second] = clusters('a', 'b');
    const { byCluster } = place([{ ...(first as FleetCluster), weight: 3 }, second as FleetCluster], list, UNBOUNDED);
    expect((byCluster.get('a')?.length ?? 0) / list.length).toBeCloseTo(0.75, 1);
  });

  test('another cluster moves its own share and nothing else', () => {
    const before = homes(ten, list);
    const after = homes([...ten, ...clusters('c-10')], list);
    const changed = moved(before, after);
    expect(changed.length / list.length).toBeCloseTo(1 / 11, 1);
    expect(new Set(changed.map((id) => after[id]))).toEqual(new Set(['c-10']));
  });

  test('a cluster that goes away moves its own workspaces and nothing else', () => {
    const before = homes(ten, list);
    const after = homes(ten.slice(1), list);
    expect(moved(before, after).every((id) => before[id] === 'c-0')).toBe(true);
  });

  test('the order of clusters and workspaces does not matter, full clusters or not', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { minLength: 1, maxLength: 6 }),
        fc.uniqueArray(fc.stringMatching(/^w[0-9]{1,4}$/), { maxLength: 40 }),
        fc.integer({ min: 0, max: 12 }),
        fc.nat(),
        (names, ids, room, seed) => {
          const sites = clusters(...names);
          const all = ids.map((id) => ({ id }));
          const rotated = [...all.slice(seed % (all.length || 1)), ...all.slice(0, seed % (all.length || 1))];
          expect(homes(sites.toReversed(), rotated, () => room)).toEqual(homes(sites, all, () => room));
        },
      ),
    );
  });

  test('a full cluster passes on what it cannot take, and never more than it must', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 60 }), (room, count) => {
        const all = workspaces(count);
        const { byCluster, findings } = place(clusters('a', 'b'), all, () => room);
        const placed = [...byCluster.values()].map(({ length }) => length);
        expect(Math.max(...placed)).toBeLessThanOrEqual(room);
        expect(findings).toHaveLength(Math.max(0, count - 2 * room));
        expect(findings.every(({ rule }) => rule === 'no-cluster-fits')).toBe(true);
      }),
    );
  });

  test('pinned numbers: where names are drawn to must never change', () => {
    expect(homes(clusters('eu-1', 'eu-2', 'us-1'), workspaces(6))).toMatchInlineSnapshot(`
      {
        "ws-0": "eu-2",
        "ws-1": "us-1",
        "ws-2": "us-1",
        "ws-3": "eu-1",
        "ws-4": "us-1",
        "ws-5": "us-1",
      }
    `);
  });
});

describe('placement by declaration and label', () => {
  const sites = clusters('eu-1', 'us-1').map((cluster) => ({
    ...cluster,
    labels: { region: cluster.name.slice(0, 2) },
  }));

  test('a workspace is where it says, and only where its labels are', () => {
    const list = [
      { id: 'a', cluster: 'us-1' },
      ...workspaces(50).map((workspace) => ({ ...workspace, where: { region: 'eu' } })),
    ];
    const { byCluster, findings } = place(sites, list, UNBOUNDED);
    expect(byCluster.get('us-1')?.map(({ id }) => id)).toEqual(['a']);
    expect(byCluster.get('eu-1')).toHaveLength(50);
    expect(findings).toEqual([]);
  });

  test('what is declared takes its room first', () => {
    const list = [...workspaces(3), { id: 'declared', cluster: 'eu-1' }];
    const { byCluster } = place(sites, list, ({ name }) => (name === 'eu-1' ? 1 : 10));
    expect(byCluster.get('eu-1')?.map(({ id }) => id)).toEqual(['declared']);
  });

  test.each<[string, FleetWorkspace, string, RegExp]>([
    ['an unknown cluster', { id: 'a', cluster: 'ap-1' }, 'unknown-cluster', /'ap-1', which the fleet does not have/],
    [
      'a declared cluster without the labels',
      { id: 'a', cluster: 'eu-1', where: { region: 'us' } },
      'unsuitable-cluster',
      /'eu-1', which is not region=us/,
    ],
    ['labels that no cluster has', { id: 'a', where: { region: 'ap' } }, 'no-cluster-fits', /no cluster is region=ap/],
    [
      'a label called like a method',
      { id: 'a', where: { toString: 'x' } },
      'no-cluster-fits',
      /no cluster is toString=x/,
    ],
  ])('%s is a finding', (_, workspace, rule, message) => {
    const { findings } = place(sites, [workspace], UNBOUNDED);
    expect(findings).toEqual([
      expect.objectContaining({
        rule,
        severity: 'error',
        where: { construct: 'a' },
        message: expect.stringMatching(message),
      }),
    ]);
  });

  test('a workspace that finds its only cluster full says so', () => {
    const list = [{ id: 'a', where: { region: 'eu' } }];
    const { findings } = place(sites, list, ({ name }) => (name === 'eu-1' ? 0 : 10));
    expect(findings.map(({ message }) => message)).toEqual([
      "workspace 'a' fits nowhere: the one cluster that could take it is full",
    ]);
  });
});

describe('a workspace that moves', () => {
  const three = clusters('a', 'b', 'c');
  const placed = (list: readonly FleetWorkspace[], sites = three, capacity = UNBOUNDED) => {
    const { byCluster, findings } = place(sites, list, capacity);
    return {
      on: Object.fromEntries([...byCluster].map(([name, some]) => [name, some.map(({ id }) => id)])),
      findings: findings.map(({ rule, message }) => `${rule}: ${message}`),
    };
  };

  test('is on the cluster that it leaves, and on the one that it names', () => {
    const { on, findings } = placed([{ id: 'w', cluster: 'b', leaves: 'a' }]);
    expect(on).toEqual({ a: ['w'], b: ['w'], c: [] });
    expect(findings).toEqual([]);
  });

  test('is drawn to any cluster but the one that it leaves, whatever its labels', () => {
    const sites = three.map((cluster) => ({ ...cluster, labels: { tier: cluster.name === 'a' ? 'old' : 'new' } }));
    for (const { id } of workspaces(50)) {
      const { on } = placed([{ id, where: { tier: 'new' }, leaves: 'a' }], sites);
      expect(on.a).toEqual([id]);
      expect([...(on.b ?? []), ...(on.c ?? [])]).toEqual([id]);
    }
  });

  test('takes room on both', () => {
    const list = [{ id: 'w', cluster: 'b', leaves: 'a' }, ...workspaces(2).map((one) => ({ ...one, where: {} }))];
    const { on } = placed(list, three.slice(0, 2), () => 2);
    expect([on.a?.length, on.b?.length]).toEqual([2, 2]);
  });

  test.each<[string, FleetWorkspace, string]>([
    [
      'from a cluster that is gone',
      { id: 'w', cluster: 'b', leaves: 'z' },
      "unknown-cluster: workspace 'w' leaves the cluster 'z', which the fleet does not have",
    ],
    [
      'to where it is',
      { id: 'w', cluster: 'a', leaves: 'a' },
      "moves-nowhere: workspace 'w' leaves the cluster 'a', and has to be on it",
    ],
  ])('cannot move %s', (_, workspace, message) => {
    expect(placed([workspace]).findings).toEqual([message]);
  });

  test('fits nowhere if there is no other cluster', () => {
    expect(placed([{ id: 'w', leaves: 'a' }], clusters('a')).findings).toEqual([
      "no-cluster-fits: workspace 'w' fits nowhere: no other cluster is there",
    ]);
  });
});
