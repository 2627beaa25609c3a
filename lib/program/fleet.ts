import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'cdk8s';
import { loadManifests } from '../analysis/load/load';
import { type Finding, FindingsError } from '../finding';
import type { Fleet, FleetResult, PlannedFleet } from '../fleet/fleet';
import { type FleetPlan, type Move, movesBetween } from '../fleet/plan';
import { Platform } from '../platform/platform';
import { importModule } from './load';
import { prove } from './proof/proof';
import { thrownFindings } from './thrown';

/** The plan that a fleet was last written by, below its output directory. */
export const FLEET_FILE = 'fleet.json';

/** A plan, and what it changes of the last one that was written. */
export interface ComparedFleet extends PlannedFleet {
  /** Workspaces that are elsewhere, new or gone; empty where nothing was written yet. */
  readonly moves: readonly Move[];
}

export interface WrittenFleet extends ComparedFleet, FleetResult {
  /** Pairs of ends whose connections were compared with the declared edges. */
  readonly pairs: number;
}

/**
 * Loads the fleet that a module exports as `fleet`.
 * @throws FindingsError if there is none
 */
export async function loadFleet(module: string): Promise<Fleet> {
  const loaded = await importModule(module);
  if ('findings' in loaded) throw new FindingsError(loaded.findings);
  const fleet = loaded.exported.fleet as Partial<Fleet> | undefined;
  // Known by what it can do, since the module may have brought its own copy of this library.
  if (typeof fleet?.plan === 'function' && typeof fleet.synthesize === 'function') return fleet as Fleet;
  throw new FindingsError([
    {
      rule: 'program-module',
      severity: 'error',
      where: { file: module },
      message: 'the module exports no fleet',
      fix: 'export const fleet = new Fleet({ clusters, workspaces, build })',
    },
  ]);
}

/**
 * Plans a fleet, and says what would move.
 * @param outdir where it was last written
 * @throws FindingsError if the fleet itself is wrong
 */
export function planFleet(fleet: Fleet, outdir: string): ComparedFleet {
  const planned = asFindings(() => fleet.plan());
  return compared(planned, outdir);
}

/**
 * Writes every cluster of a fleet, proved from its manifests, and the plan beside them; or nothing.
 * @throws FindingsError with everything that is wrong with any cluster
 */
export function writeFleet(
  fleet: Fleet,
  outdir: string,
  onProgress?: (done: number, total: number) => void,
): WrittenFleet {
  let pairs = 0;
  const inspect = (path: string, app: App): readonly Finding[] => {
    const platforms = app.node.findAll().filter(Platform.isPlatform);
    if (platforms.length === 0) return [];
    const proof = prove(loadManifests([path]), platforms);
    pairs += proof.pairs;
    return proof.findings;
  };
  const result = asFindings(() =>
    fleet.synthesize({ outdir, inspect, ...(onProgress === undefined ? {} : { onProgress }) }),
  );
  const written = { ...result, ...compared(result, outdir), pairs };
  putPlan(result.plan, outdir);
  return written;
}

function asFindings<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new FindingsError(thrownFindings(error, 'program-error', { construct: '' }));
  }
}

function compared({ plan, findings }: PlannedFleet, outdir: string): ComparedFleet {
  const last = lastPlan(outdir);
  if (last === undefined) return { plan, findings, moves: [] };
  return { plan, findings: [...findings, ...retired(last, plan, outdir)], moves: movesBetween(last, plan) };
}

/** Undefined where there is none that can be read. */
function lastPlan(outdir: string): FleetPlan | undefined {
  try {
    const plan = JSON.parse(readFileSync(join(outdir, FLEET_FILE), 'utf8')) as FleetPlan;
    return plan.schemaVersion === 1 ? plan : undefined;
  } catch {
    return undefined;
  }
}

/** Nobody knows from here whether the cluster is gone, or only no longer of this fleet. */
function retired(last: FleetPlan, plan: FleetPlan, outdir: string): readonly Finding[] {
  const names = new Set(plan.clusters.map(({ name }) => name));
  return last.clusters
    .filter(({ name }) => !names.has(name) && existsSync(join(outdir, name)))
    .map(({ name }) => ({
      rule: 'retired-cluster',
      severity: 'warning',
      where: { file: join(outdir, name) },
      message: `the cluster '${name}' is no longer in the fleet, and its manifests are still there`,
      fix: 'remove the folder once nothing runs there any more',
    }));
}

function putPlan(plan: FleetPlan, outdir: string): void {
  mkdirSync(outdir, { recursive: true });
  const file = join(outdir, FLEET_FILE);
  const staged = `${file}.${process.pid}.tmp`;
  writeFileSync(staged, formatPlan(plan));
  renameSync(staged, file);
}

/** One cluster to a line, so that differences read well. */
function formatPlan({ clusters, ...rest }: FleetPlan): string {
  const lines = clusters.map((cluster) => `\n    ${JSON.stringify(cluster)}`);
  const head = JSON.stringify(rest, undefined, 2).slice(0, -2);
  return `${head},\n  "clusters": [${lines.join(',')}\n  ]\n}\n`;
}
