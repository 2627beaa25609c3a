import type { Finding } from '../finding';
import type { FleetCluster, FleetWorkspace } from './cluster';
import { suits } from './cluster';
import { type Demand, RESOURCE_NAMES, RESOURCES, type Resource } from './demand';

/** Where every workspace is, what every cluster uses, and when the next cluster is due. */
export interface FleetPlan {
  readonly schemaVersion: 1;
  /** Share of every limit that stays free. */
  readonly headroom: number;
  readonly clusters: readonly ClusterPlan[];
  readonly next: NextCluster;
}

export interface ClusterPlan {
  readonly name: string;
  /** `cilium 1.19` */
  readonly dialect: string;
  readonly trustDomain?: string;
  readonly use: Demand;
  /** What may be used: what the headroom leaves of the limits. */
  readonly budget: Demand;
  readonly limits: Demand;
  /** How many workspaces still fit; absent if they use nothing that is bounded. */
  readonly free?: number;
  /** What runs out first. */
  readonly bound?: Resource;
  /** Ids of its workspaces. */
  readonly workspaces: readonly string[];
}

/** How far the fleet can grow. */
export interface NextCluster {
  readonly workspaces: number;
  /** Workspaces that still fit, of the kind for which there is least room; absent if there is no bound. */
  readonly free?: number;
  /** What workspaces of that kind ask of their cluster. */
  readonly where?: Readonly<Record<string, string>>;
  /** Months until there is no room, if the fleet grows as expected; absent without an expectation. */
  readonly months?: number;
  /** True if the next cluster has to be there before it could be if it were begun now. */
  readonly due: boolean;
}

/** How fast a fleet grows. */
export interface FleetGrowth {
  /** Workspaces that are added in a month, to the whole fleet. */
  readonly workspacesPerMonth: number;
  /**
   * Months that it takes to set a cluster up.
   * @default 1
   */
  readonly leadMonths?: number;
}

/** Without an expectation of growth, a cluster is due when less than this share of the workspaces still fits. */
const SCARCE = 0.1;

/** Works out when there is no more room. Workspaces that ask for labels only find it in clusters that have them. */
export function nextCluster(
  clusters: readonly FleetCluster[],
  free: ReadonlyMap<string, number>,
  workspaces: readonly FleetWorkspace[],
  growth: FleetGrowth | undefined,
): NextCluster {
  const pools = poolsOf(workspaces).map(({ where, count }) => {
    const suitable = clusters.filter((cluster) => suits(cluster, { id: '', where }));
    const room = suitable.reduce((sum, { name }) => sum + (free.get(name) ?? 0), 0);
    const perMonth = ((growth?.workspacesPerMonth ?? 0) * count) / Math.max(1, workspaces.length);
    const months = growth === undefined ? undefined : perMonth === 0 ? Number.POSITIVE_INFINITY : room / perMonth;
    return { where, count, room, urgency: months ?? room / Math.max(1, count) };
  });
  const [first] = pools.sort((a, b) => a.urgency - b.urgency);
  if (first === undefined || first.room === Number.POSITIVE_INFINITY)
    return { workspaces: workspaces.length, due: false };
  const { where, room, urgency } = first;
  const bounded = Number.isFinite(urgency);
  return {
    workspaces: workspaces.length,
    free: room,
    ...(Object.keys(where).length === 0 ? {} : { where }),
    ...(growth === undefined || !bounded ? {} : { months: Math.floor(urgency * 10) / 10 }),
    due: growth === undefined ? urgency < SCARCE : urgency <= (growth.leadMonths ?? 1),
  };
}

/** Workspaces by what they ask for. Those that have to be on one cluster ask for no other. */
function poolsOf(workspaces: readonly FleetWorkspace[]) {
  const pools = new Map<string, { where: Readonly<Record<string, string>>; count: number }>();
  for (const { cluster, where = {} } of workspaces) {
    if (cluster !== undefined) continue;
    const sorted = Object.entries(where).sort(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify(sorted);
    const pool = pools.get(key);
    if (pool === undefined) pools.set(key, { where: Object.fromEntries(sorted), count: 1 });
    else pool.count++;
  }
  return [...pools.values()];
}

/** What a plan says that somebody has to do. */
export function planFindings({ clusters, next, headroom }: FleetPlan): readonly Finding[] {
  const findings = clusters.flatMap(overBudget(headroom));
  if (next.due) {
    const kind = next.where === undefined ? '' : ` of the kind ${JSON.stringify(next.where)}`;
    const months = next.months === undefined ? '' : `, in ${next.months} months`;
    findings.push({
      rule: 'next-cluster-due',
      severity: 'warning',
      where: { construct: 'fleet' },
      message: `the next cluster is due: ${next.free ?? 0} more workspaces${kind} fit${months}`,
      fix: 'add a cluster to the fleet',
    });
  }
  return findings;
}

function overBudget(headroom: number) {
  return ({ name, use, budget, limits }: ClusterPlan): Finding[] =>
    RESOURCES.filter((resource) => use[resource] > budget[resource]).map((resource) => {
      const isOver = use[resource] > limits[resource];
      const limit = limits[resource].toLocaleString('en');
      const count = `${use[resource].toLocaleString('en')} ${RESOURCE_NAMES[resource]}`;
      return {
        rule: 'cluster-budget',
        severity: isOver ? 'error' : 'warning',
        where: { construct: name },
        message: isOver
          ? `cluster '${name}' needs ${count}, and holds ${limit}`
          : `cluster '${name}' needs ${count} of ${limit}, which leaves less than the ${Math.round(headroom * 100)} % that should stay free`,
        fix: 'move workspaces to other clusters, or raise its limits if it can hold more',
      };
    });
}

/** A workspace that one plan has elsewhere than another. */
export interface Move {
  readonly workspace: string;
  /** Its cluster, or two with a comma between them while it moves; absent for a workspace that is new. */
  readonly from?: string;
  /** Likewise; absent for a workspace that is gone. */
  readonly to?: string;
}

/** What a plan changes, in the order of the ids. */
export function movesBetween(before: Pick<FleetPlan, 'clusters'>, after: Pick<FleetPlan, 'clusters'>): readonly Move[] {
  const [old, current] = [homes(before), homes(after)];
  const moves: Move[] = [];
  for (const workspace of new Set([...old.keys(), ...current.keys()])) {
    const [from, to] = [old.get(workspace), current.get(workspace)];
    if (from === to) continue;
    moves.push({ workspace, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });
  }
  return moves.sort((a, b) => (a.workspace < b.workspace ? -1 : 1));
}

function homes({ clusters }: Pick<FleetPlan, 'clusters'>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { name, workspaces } of clusters) {
    for (const id of workspaces) {
      const other = found.get(id);
      found.set(id, other === undefined ? name : `${other}, ${name}`);
    }
  }
  return found;
}
