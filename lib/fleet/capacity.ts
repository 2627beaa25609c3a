import { budgetOf } from './budget';
import type { FleetCluster } from './cluster';
import { type Demand, eachResource, RESOURCES, type Resource } from './demand';
import type { Use } from './use';

/** What a cluster of a fleet may use, and what it takes to fill it. */
export interface Capacity {
  /** What the headroom leaves of the limits. */
  readonly budget: Demand;
  /** What one more workspace uses, on average. */
  readonly perWorkspace: Demand;
  /** Most workspaces that fit; infinite if they use nothing that is bounded. */
  readonly workspaces: number;
}

/**
 * How many workspaces a cluster has room for.
 * @param none what the program uses there without workspaces
 * @param some what it uses with `count` of them
 */
export function capacityOf(
  cluster: FleetCluster,
  none: Use,
  some: Use,
  count: number,
  limits: Demand,
  headroom: number,
): Capacity {
  const budget = budgetOf(limits, headroom);
  const { besides = {}, maxWorkspaces = Number.POSITIVE_INFINITY } = cluster;
  const growth = (resource: 'identities' | 'objects') =>
    count === 0 ? 0 : Math.max(0, (some[resource] - none[resource]) / count);
  const room = (resource: 'identities' | 'objects') =>
    fitting(budget[resource] - none[resource] - (besides[resource] ?? 0), growth(resource));
  const maps = policyMapGrowth(none, some, count, budget.policyMapEntries - (besides.policyMapEntries ?? 0));
  return {
    budget,
    perWorkspace: {
      identities: growth('identities'),
      policyMapEntries: maps.perWorkspace,
      objects: growth('objects'),
    },
    workspaces: Math.min(maxWorkspaces, room('identities'), room('objects'), maps.workspaces),
  };
}

/**
 * What is used with more in it, and what is left: the fullest map of one endpoint adds to what others put into it.
 */
export function totalUse(use: Demand, { besides = {} }: FleetCluster): Demand {
  return eachResource((resource) => use[resource] + (besides[resource] ?? 0));
}

/** Workspaces that still fit into what is left of the budget, and what runs out first. */
export function freeOf(
  { budget, perWorkspace }: Capacity,
  use: Demand,
  { maxWorkspaces = Number.POSITIVE_INFINITY }: FleetCluster,
  placed: number,
): { readonly free: number; readonly bound: Resource | undefined } {
  let free = Math.max(0, maxWorkspaces - placed);
  let bound: Resource | undefined;
  for (const resource of RESOURCES) {
    const left = fitting(budget[resource] - use[resource], perWorkspace[resource]);
    if (left < free) [free, bound] = [left, resource];
  }
  return { free, bound };
}

/**
 * The policy map that is full first. It need not be the one that is fullest now: that of a service grows with every
 * workspace that calls it, that of an agent does not.
 */
function policyMapGrowth(none: Use, some: Use, count: number, budget: number) {
  let [workspaces, perWorkspace] = [Number.POSITIVE_INFINITY, 0];
  for (const [path, before] of none.policyMaps) {
    const growth = count === 0 ? 0 : ((some.policyMaps.get(path) ?? before) - before) / count;
    const room = fitting(budget - before, growth);
    if (room < workspaces) [workspaces, perWorkspace] = [room, growth];
  }
  return { workspaces, perWorkspace };
}

function fitting(left: number, each: number): number {
  return each <= 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor(left / each));
}
