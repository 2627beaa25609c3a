import { matchesSelector } from '../kube/selector';
import type { Cluster } from '../model/cluster';
import type { Dialect } from '../render/network/dialect';
import type { Demand } from './demand';
import type { BundleEndpoint } from './federation';

/** One cluster of a fleet: what enforces there, whose identities are issued there, and how much room it has. */
export interface FleetCluster {
  /** Folder of its manifests, and what plans call it; a DNS label that no other cluster of the fleet has. */
  readonly name: string;
  /** What enforces the policies of this cluster: `kubernetes()` or `cilium({ version: '1.19' })`. */
  readonly dialect: Dialect;
  /**
   * What is particular about the cluster.
   * @default - DEFAULT_CLUSTER
   */
  readonly cluster?: Cluster;
  /**
   * Trust domain of the cluster's SPIRE. Each cluster has its own, so that nobody who takes one cluster over can issue
   * identities of another.
   * @default - the cluster issues no identities
   */
  readonly trustDomain?: string;
  /**
   * Why the trust domain is that of another cluster too, such as a nested SPIRE. Both clusters have to say so.
   * @default - the trust domain is the cluster's own
   */
  readonly sharesTrustDomain?: string;
  /**
   * Clusters of the fleet whose workloads may be verified here. They have to name their bundle endpoint.
   * @default - none
   */
  readonly federatesWith?: readonly string[];
  /**
   * Where other clusters get the bundle of this cluster's trust domain from.
   * @default - nobody can federate with it
   */
  readonly bundleEndpoint?: BundleEndpoint;
  /**
   * What workspaces can ask for: `{ region: 'eu' }`.
   * @default - nothing; only workspaces that ask for nothing fit
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Share of the workspaces, compared with the other clusters'.
   * @default 1
   */
  readonly weight?: number;
  /**
   * Most workspaces that it takes, whatever the budgets leave.
   * @default - what the budgets leave
   */
  readonly maxWorkspaces?: number;
  /**
   * What the cluster holds besides this program: identities of system pods, objects of others.
   * @default - nothing
   */
  readonly besides?: Partial<Demand>;
  /**
   * Budgets that differ from the fleet's.
   * @default - the fleet's
   */
  readonly limits?: Partial<Demand>;
}

/** Where workspaces go, whatever else they are: a settings entry with these fields will do. */
export interface FleetWorkspace {
  /** Id of the workspace; one of its kind in the fleet. */
  readonly id: string;
  /**
   * The cluster that it has to be on.
   * @default - placed by a hash of its id
   */
  readonly cluster?: string;
  /**
   * Labels that its cluster has to have.
   * @default - any cluster
   */
  readonly where?: Readonly<Record<string, string>>;
  /**
   * The cluster that it moves away from. It is rendered there too as long as this is said, so that it can run where it
   * goes before it stops where it was.
   * @default - it is on one cluster alone
   */
  readonly leaves?: string;
}

/** True if the cluster has every label that the workspace asks for. */
export function suits({ labels = {} }: FleetCluster, { where = {} }: FleetWorkspace): boolean {
  return matchesSelector({ matchLabels: where }, labels);
}
