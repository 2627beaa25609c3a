import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FleetCluster, FleetWorkspace } from '../../../lib/fleet/cluster';
import { clusters, vaultFleet, workspaces } from './support';

let outdir: string;

beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'portcullis-partition-'));
});

afterEach(() => {
  rmSync(outdir, { recursive: true });
});

/** Clusters by workspace, as they are planned. */
function planned(sites: readonly FleetCluster[], list: readonly FleetWorkspace[]): Record<string, string[]> {
  const { plan } = vaultFleet({ clusters: sites, workspaces: list, limits: { policyMapEntries: 10 } }).plan();
  return byWorkspace(plan.clusters.map(({ name, workspaces: ids }) => [name, ids]));
}

/** Clusters by workspace, as they were written. */
function written(): Record<string, string[]> {
  const folders = readdirSync(outdir).map((name) => [name, join(outdir, name, 'workspaces')] as const);
  return byWorkspace(folders.map(([name, folder]) => [name, existsSync(folder) ? readdirSync(folder) : []]));
}

function byWorkspace(lists: readonly (readonly [string, readonly string[]])[]): Record<string, string[]> {
  const homes: Record<string, string[]> = {};
  for (const [cluster, ids] of lists) for (const id of ids) homes[id] = [...(homes[id] ?? []), cluster];
  return homes;
}

test('each workspace is rendered in exactly one cluster, the planned one', () => {
  const list = [...workspaces(12), { id: 'declared', cluster: 'b' }];
  const { plan } = vaultFleet({ clusters: clusters('a', 'b', 'c'), workspaces: list }).synthesize({ outdir });
  const homes = written();
  expect(Object.keys(homes).sort()).toEqual(list.map(({ id }) => id).sort());
  expect(Object.values(homes).every(({ length }) => length === 1)).toBe(true);
  expect(homes).toEqual(byWorkspace(plan.clusters.map(({ name, workspaces: ids }) => [name, ids])));
});

test('a cluster that is added takes workspaces over, and no other cluster gets any', () => {
  const list = workspaces(40);
  vaultFleet({ clusters: clusters('a', 'b', 'c'), workspaces: list }).synthesize({ outdir });
  const before = written();
  vaultFleet({ clusters: clusters('d', 'a', 'b', 'c'), workspaces: list.toReversed() }).synthesize({ outdir });
  const after = written();
  const moved = list.filter(({ id }) => after[id]?.[0] !== before[id]?.[0]);
  expect(moved.length).toBeGreaterThan(0);
  expect(moved.length).toBeLessThan(list.length / 2);
  expect(moved.flatMap(({ id }) => after[id])).toEqual(moved.map(() => 'd'));
});

test('the order of clusters and workspaces does not matter, however full clusters are', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 20 }).chain((count) => fc.shuffledSubarray(workspaces(count), { minLength: count })),
      fc.shuffledSubarray(clusters('a', 'b', 'c'), { minLength: 3 }),
      (list, sites) => {
        expect(planned(sites, list)).toEqual(planned(clusters('a', 'b', 'c'), workspaces(list.length)));
      },
    ),
    { numRuns: 20 },
  );
});
