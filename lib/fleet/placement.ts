import { type Finding, quoted } from '../finding';
import { type FleetCluster, type FleetWorkspace, suits } from './cluster';
import { type Digest, digest, score } from './hash';

/** Which workspaces each cluster has, in the order in which they were given; one that moves is on both. */
export interface Placement<W extends FleetWorkspace> {
  readonly byCluster: ReadonlyMap<string, readonly W[]>;
  /** Workspaces that no cluster takes, one finding for each. */
  readonly findings: readonly Finding[];
}

/**
 * Places workspaces on clusters: where they say, or where the hash of their id draws them among the clusters that have
 * the labels they ask for. A full cluster keeps those that are drawn to it most, and the others go where they are drawn
 * to next; so the outcome depends on the names alone, never on the order.
 *
 * @param capacity most workspaces of each cluster, by name
 */
export function place<W extends FleetWorkspace>(
  clusters: readonly FleetCluster[],
  workspaces: readonly W[],
  capacity: (cluster: FleetCluster) => number,
): Placement<W> {
  const sites = clusters.map((cluster) => new Site(cluster, capacity(cluster)));
  const byName = new Map(sites.map((site) => [site.cluster.name, site]));
  const homes = new Map<W, Site>();
  const findings: Finding[] = [];
  const drawn: Candidate<W>[] = [];
  const left = leave(workspaces, byName, findings);
  for (const workspace of workspaces) {
    if (workspace.cluster === undefined) {
      drawn.push({ workspace, digest: digest('workspace', workspace.id) });
      continue;
    }
    const site = byName.get(workspace.cluster);
    const problem = declaredFinding(workspace, site?.cluster);
    if (problem !== undefined) findings.push(problem);
    if (site === undefined) continue;
    site.declared++;
    homes.set(workspace, site);
  }
  for (const [candidate, site] of settle(drawn, sites)) {
    if (site !== undefined) homes.set(candidate.workspace, site);
    else findings.push(nowhere(candidate.workspace, sites));
  }
  const byCluster = new Map<string, W[]>(clusters.map(({ name }) => [name, []]));
  for (const workspace of workspaces) {
    const sites = new Set([left.get(workspace), homes.get(workspace)]);
    for (const site of sites) if (site !== undefined) byCluster.get(site.cluster.name)?.push(workspace);
  }
  return { byCluster, findings };
}

/** The sites that workspaces move away from, each of which they take room on until they are gone. */
function leave<W extends FleetWorkspace>(
  workspaces: readonly W[],
  byName: ReadonlyMap<string, Site>,
  findings: Finding[],
): ReadonlyMap<W, Site> {
  const left = new Map<W, Site>();
  for (const workspace of workspaces) {
    if (workspace.leaves === undefined) continue;
    const problem = leavingFinding(workspace, workspace.leaves, byName);
    if (problem !== undefined) findings.push(problem);
    const site = byName.get(workspace.leaves);
    if (site === undefined) continue;
    site.declared++;
    left.set(workspace, site);
  }
  return left;
}

interface Candidate<W extends FleetWorkspace> {
  readonly workspace: W;
  readonly digest: Digest;
}

class Site {
  readonly digest: Digest;
  readonly weight: number;
  /** Workspaces that have to be here. */
  declared = 0;

  constructor(
    readonly cluster: FleetCluster,
    private readonly capacity: number,
  ) {
    this.digest = digest('cluster', cluster.name);
    this.weight = cluster.weight ?? 1;
  }

  get room(): number {
    return Math.max(0, this.capacity - this.declared);
  }
}

/**
 * Deferred acceptance: each workspace asks the cluster that it is drawn to most, a cluster that has too many turns those
 * away that are drawn to it least, and these ask the next one, until nobody is turned away. What comes out does not
 * depend on who asks first.
 * @see Gale and Shapley, College Admissions and the Stability of Marriage, 1962
 */
function settle<W extends FleetWorkspace>(
  candidates: readonly Candidate<W>[],
  sites: readonly Site[],
): ReadonlyMap<Candidate<W>, Site | undefined> {
  const settled = new Map<Candidate<W>, Site | undefined>();
  const held = new Map<Site, { candidate: Candidate<W>; score: number }[]>(sites.map((site) => [site, []]));
  const refused = new Map<Candidate<W>, Set<Site>>();
  let asking = candidates;
  while (asking.length > 0) {
    for (const candidate of asking) {
      const best = mostDrawing(candidate, sites, refused.get(candidate));
      settled.set(candidate, best?.site);
      if (best !== undefined) held.get(best.site)?.push({ candidate, score: best.score });
    }
    const turnedAway: Candidate<W>[] = [];
    for (const [site, list] of held) {
      if (list.length <= site.room) continue;
      list.sort((a, b) => b.score - a.score || (a.candidate.workspace.id < b.candidate.workspace.id ? -1 : 1));
      for (const { candidate } of list.splice(site.room)) {
        const by = refused.get(candidate);
        if (by === undefined) refused.set(candidate, new Set([site]));
        else by.add(site);
        turnedAway.push(candidate);
      }
    }
    asking = turnedAway;
  }
  return settled;
}

/** Equal scores go to the name that comes first, so that the order of clusters does not matter. */
function mostDrawing<W extends FleetWorkspace>(
  { workspace, digest: own }: Candidate<W>,
  sites: readonly Site[],
  refused: ReadonlySet<Site> | undefined,
): { readonly site: Site; readonly score: number } | undefined {
  let best: Site | undefined;
  let highest = Number.NEGATIVE_INFINITY;
  for (const site of sites) {
    if (refused?.has(site) || site.cluster.name === workspace.leaves) continue;
    if (workspace.where !== undefined && !suits(site.cluster, workspace)) continue;
    const drawn = score(own, site.digest, site.weight);
    if (drawn > highest || (drawn === highest && best !== undefined && site.cluster.name < best.cluster.name)) {
      [best, highest] = [site, drawn];
    }
  }
  return best === undefined ? undefined : { site: best, score: highest };
}

function declaredFinding(workspace: FleetWorkspace, cluster: FleetCluster | undefined): Finding | undefined {
  const where = { construct: workspace.id };
  if (cluster === undefined) {
    const message = `workspace ${quoted(workspace.id)} has to be on the cluster ${quoted(workspace.cluster ?? '')}, which the fleet does not have`;
    const fix = 'name a cluster of the fleet, or none to have the workspace placed';
    return { rule: 'unknown-cluster', severity: 'error', where, message, fix };
  }
  if (suits(cluster, workspace)) return undefined;
  return {
    rule: 'unsuitable-cluster',
    severity: 'error',
    where,
    message: `workspace ${quoted(workspace.id)} has to be on ${quoted(cluster.name)}, which is not ${asked(workspace)}`,
    fix: 'name a cluster with these labels, or drop one of the two',
  };
}

function leavingFinding(
  { id, cluster }: FleetWorkspace,
  leaves: string,
  byName: ReadonlyMap<string, Site>,
): Finding | undefined {
  const where = { construct: id };
  const what = `workspace ${quoted(id)} leaves the cluster ${quoted(leaves)}`;
  if (!byName.has(leaves)) {
    const fix = 'name the cluster where it is, or remove leaves if that cluster is gone';
    return {
      rule: 'unknown-cluster',
      severity: 'error',
      where,
      message: `${what}, which the fleet does not have`,
      fix,
    };
  }
  if (cluster !== leaves) return undefined;
  const fix = 'name another cluster, or remove leaves if it stays';
  return { rule: 'moves-nowhere', severity: 'error', where, message: `${what}, and has to be on it`, fix };
}

function nowhere(workspace: FleetWorkspace, sites: readonly Site[]): Finding {
  const suitable = sites.filter(({ cluster }) => suits(cluster, workspace) && cluster.name !== workspace.leaves);
  const why =
    suitable.length === 0
      ? `no ${workspace.leaves === undefined ? '' : 'other '}cluster is ${asked(workspace) || 'there'}`
      : `${suitable.length === 1 ? 'the one cluster' : `all ${suitable.length} clusters`} that could take it ${suitable.length === 1 ? 'is' : 'are'} full`;
  return {
    rule: 'no-cluster-fits',
    severity: 'error',
    where: { construct: workspace.id },
    message: `workspace ${quoted(workspace.id)} fits nowhere: ${why}`,
    fix: suitable.length === 0 ? 'give a cluster these labels, or ask for less' : 'add a cluster, or raise its limits',
  };
}

/** `region=eu, tier=gold` */
function asked({ where = {} }: FleetWorkspace): string {
  return Object.entries(where)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(', ');
}
