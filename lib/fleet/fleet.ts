import { join } from 'node:path';
import { App } from 'cdk8s';
import { type Finding, FindingsError, hasErrors } from '../finding';
import type { Delivery } from '../synth/delivery/delivery';
import { replacedOutput } from '../synth/replaced-output';
import { plan as planApp, type StagedSynthesis, type SynthesisPlan, stage } from '../synth/synthesize';
import { CLUSTER_LIMITS, DEFAULT_HEADROOM } from './budget';
import { type Capacity, capacityOf, freeOf, totalUse } from './capacity';
import { type FleetCluster, type FleetWorkspace, suits } from './cluster';
import { type Demand, eachResource } from './demand';
import { addFederation } from './federation';
import { fleetFindings } from './fleet-finding';
import { digest } from './hash';
import { place } from './placement';
import { type ClusterPlan, type FleetGrowth, type FleetPlan, nextCluster, planFindings } from './plan';
import { useOf } from './use';

/** What a program gets for one cluster of a fleet. */
export interface FleetSite<W extends FleetWorkspace> {
  readonly cluster: FleetCluster;
  /** The workspaces that are placed on it; there may be none. */
  readonly workspaces: readonly W[];
  /** What the platform's `identity` needs; undefined for a cluster without a trust domain. */
  readonly identity: { readonly trustDomain: string; readonly federatesWith?: readonly string[] } | undefined;
}

export interface FleetProps<W extends FleetWorkspace> {
  readonly clusters: readonly FleetCluster[];
  readonly workspaces: readonly W[];
  /** Adds to the app of one cluster what runs there. Called more than once for a cluster: first with a few workspaces. */
  readonly build: (app: App, site: FleetSite<W>) => void;
  /**
   * Share of every limit that stays free.
   * @default 0.2
   */
  readonly headroom?: number;
  /**
   * What each cluster holds at most.
   * @default - CLUSTER_LIMITS: 65,535 identities, 16,384 policy-map entries for each endpoint, 100,000 objects
   */
  readonly limits?: Partial<Demand>;
  /**
   * How fast the fleet grows, so that the plan can say when the next cluster is due.
   * @default - not known; the next cluster is due when less than a tenth of the workspaces still fits
   */
  readonly growth?: FleetGrowth;
  /**
   * Lays the output of each cluster out for Argo CD or Flux.
   * @default - for people and `kubectl apply -k`
   */
  readonly delivery?: (cluster: FleetCluster) => Delivery;
}

export interface FleetOptions {
  /** Each cluster's manifests go to `<outdir>/<cluster>`. */
  readonly outdir: string;
  /** Called after each cluster, with the number of clusters that are done. */
  readonly onProgress?: (done: number, total: number) => void;
  /**
   * Looks at what was written for a cluster before it is put in place.
   * @default - nobody looks
   */
  readonly inspect?: (path: string, app: App) => readonly Finding[];
}

/** A plan, with what is wrong with it. */
export interface PlannedFleet {
  readonly plan: FleetPlan;
  readonly findings: readonly Finding[];
}

/** What a synthesis of a fleet wrote. */
export interface FleetResult extends PlannedFleet {
  readonly objects: number;
  readonly written: number;
  readonly unchanged: number;
  readonly removed: number;
}

/** Workspaces of the sample by which the room of a cluster is worked out. */
const SAMPLE = 16;

/**
 * Many clusters under one program: each workspace is on the cluster that it names, or where the hash of its id draws it.
 * Each cluster has its own dialect and its own trust domain.
 *
 * Clusters are built, checked and rendered one after the other, so that no more than one is held in memory.
 *
 * @example
 * const fleet = new Fleet({
 *   clusters: ['eu-1', 'eu-2'].map((name) => ({ name, dialect: cilium({ version: '1.19' }), trustDomain: `${name}.example.com` })),
 *   workspaces: [{ id: 'ws-payments' }, { id: 'ws-support', cluster: 'eu-2' }],
 *   build: (app, { cluster, workspaces }) => {
 *     const platform = new Platform(app, 'platform', { dialect: cluster.dialect });
 *     for (const { id } of workspaces) new Workspace(platform, id);
 *   },
 * });
 * fleet.synthesize({ outdir: 'dist/fleet' });
 */
export class Fleet<W extends FleetWorkspace = FleetWorkspace> {
  private readonly headroom: number;

  constructor(private readonly props: FleetProps<W>) {
    this.headroom = props.headroom ?? DEFAULT_HEADROOM;
  }

  /**
   * Places the workspaces, builds every cluster and counts what it uses. Nothing is rendered.
   * @throws FindingsError if the fleet itself is wrong, such as two clusters with one name
   */
  plan(): PlannedFleet {
    return this.walk(() => {});
  }

  /**
   * Writes the manifests of every cluster, or, if anything is wrong with any of them, nothing.
   * @throws FindingsError with the findings of all clusters
   */
  synthesize(options: FleetOptions): FleetResult {
    const { outdir, onProgress, inspect } = options;
    const staged: StagedSynthesis[] = [];
    const found: Finding[] = [];
    try {
      const { plan, findings } = this.walk((planned, app, cluster) => {
        if (!hasErrors(planned.findings) && !hasErrors(found)) {
          const one = stage(planned, app, { outdir: join(outdir, cluster.name) });
          staged.push(one);
          found.push(...(inspect?.(one.path, app) ?? planned.unproved).map(inCluster(cluster)));
        }
        onProgress?.(staged.length, this.props.clusters.length);
      });
      const all = [...findings, ...found];
      if (hasErrors(all)) throw new FindingsError(all);
      return { plan, findings: all, ...commit(staged) };
    } catch (error) {
      for (const one of staged) one.discard();
      throw error;
    }
  }

  private walk(visit: (planned: SynthesisPlan, app: App, cluster: FleetCluster) => void): PlannedFleet {
    const { clusters, workspaces, growth } = this.props;
    const wrong = fleetFindings({ ...this.props, headroom: this.headroom });
    if (hasErrors(wrong)) throw new FindingsError(wrong);
    const byHash = inOrderOfHash(workspaces);
    const capacities = new Map(clusters.map((cluster) => [cluster.name, this.capacity(cluster, byHash)]));
    const { byCluster, findings } = place(
      clusters,
      workspaces,
      ({ name }) => (capacities.get(name) as Capacity).workspaces,
    );
    const found: Finding[] = [...findings];
    const free = new Map<string, number>();
    const plans = clusters.map((cluster) => {
      const placed = byCluster.get(cluster.name) ?? [];
      const { app, planned } = this.build(cluster, placed);
      found.push(...planned.findings.map(inCluster(cluster)));
      const one = this.clusterPlan(
        cluster,
        capacities.get(cluster.name) as Capacity,
        placed,
        useOf(app, planned.objects),
      );
      free.set(cluster.name, one.free ?? Number.POSITIVE_INFINITY);
      visit(planned, app, cluster);
      return one;
    });
    const plan: FleetPlan = {
      schemaVersion: 1,
      headroom: this.headroom,
      clusters: plans,
      next: nextCluster(clusters, free, workspaces, growth),
    };
    return { plan, findings: [...found, ...planFindings(plan)] };
  }

  private build(
    cluster: FleetCluster,
    workspaces: readonly W[],
  ): { readonly app: App; readonly planned: SynthesisPlan } {
    const app = new App({ outdir: cluster.name });
    const partners = this.props.clusters.filter(({ name }) => cluster.federatesWith?.includes(name));
    this.props.build(app, { cluster, workspaces, identity: identityOf(cluster, partners) });
    addFederation(app, partners);
    return { app, planned: planApp(app, this.props.delivery?.(cluster)) };
  }

  /** Measures on the first few workspaces that may be on the cluster, in the order of their hashes. */
  private capacity(cluster: FleetCluster, byHash: readonly W[]): Capacity {
    const candidates: W[] = [];
    for (const workspace of byHash) {
      if ((workspace.cluster ?? cluster.name) === cluster.name && suits(cluster, workspace)) candidates.push(workspace);
      if (candidates.length === SAMPLE) break;
    }
    const use = (workspaces: readonly W[]) => {
      const { app, planned } = this.build(cluster, workspaces);
      return useOf(app, planned.objects);
    };
    return capacityOf(cluster, use([]), use(candidates), candidates.length, this.limits(cluster), this.headroom);
  }

  private limits({ limits = {} }: FleetCluster): Demand {
    return eachResource((resource) => limits[resource] ?? this.props.limits?.[resource] ?? CLUSTER_LIMITS[resource]);
  }

  private clusterPlan(cluster: FleetCluster, capacity: Capacity, placed: readonly W[], counted: Demand): ClusterPlan {
    const use = totalUse(counted, cluster);
    const { free, bound } = freeOf(capacity, use, cluster, placed.length);
    return {
      name: cluster.name,
      dialect: cluster.dialect.name,
      ...(cluster.trustDomain === undefined ? {} : { trustDomain: cluster.trustDomain }),
      use,
      budget: capacity.budget,
      limits: this.limits(cluster),
      ...(Number.isFinite(free) ? { free } : {}),
      ...(bound === undefined ? {} : { bound }),
      workspaces: placed.map(({ id }) => id),
    };
  }
}

/** An order that neither the order of declaration nor the names of the first workspaces decide. */
function inOrderOfHash<W extends FleetWorkspace>(workspaces: readonly W[]): readonly W[] {
  return workspaces
    .map((workspace) => ({ workspace, order: digest('workspace', workspace.id).high }))
    .sort((a, b) => a.order - b.order || (a.workspace.id < b.workspace.id ? -1 : 1))
    .map(({ workspace }) => workspace);
}

function identityOf({ trustDomain }: FleetCluster, partners: readonly FleetCluster[]): FleetSite<never>['identity'] {
  if (trustDomain === undefined) return undefined;
  const federatesWith = partners.flatMap((partner) => partner.trustDomain ?? []);
  return federatesWith.length === 0 ? { trustDomain } : { trustDomain, federatesWith };
}

function inCluster({ name }: FleetCluster): (finding: Finding) => Finding {
  return (finding) =>
    'construct' in finding.where
      ? { ...finding, where: { ...finding.where, construct: `${name}/${finding.where.construct}` } }
      : finding;
}

function commit(staged: readonly StagedSynthesis[]) {
  const sum = { objects: 0, written: 0, unchanged: 0, removed: 0 };
  const done: string[] = [];
  for (const one of staged) {
    try {
      const { outdir, objects, written, unchanged, removed } = one.commit();
      done.push(outdir);
      sum.objects += objects;
      sum.written += written;
      sum.unchanged += unchanged;
      sum.removed += removed;
    } catch (error) {
      throw error instanceof FindingsError
        ? new FindingsError([...error.findings, ...done.map(replacedOutput)])
        : error;
    }
  }
  return sum;
}
