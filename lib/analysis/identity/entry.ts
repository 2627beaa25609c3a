import type { LabelSelector } from '../../kube/selector';
import type { Source, Workload } from '../load/manifests';
import type { Selector } from './selector';

/**
 * What makes an entry at the SPIRE server: a resource of the controller manager, a Job that runs spire-server, or whoever
 * gives a file to `spire-server entry create -data`.
 */
export type Registrar = 'ClusterSPIFFEID' | 'ClusterStaticEntry' | 'Job' | 'file';

/** An entry as manifests declare it, before anybody asks whom it is for. */
export interface Declared {
  /** As it is written; that of a ClusterSPIFFEID may be a template of Go. */
  readonly spiffeId: string;
  readonly registrar: Registrar;
  /** `ClusterSPIFFEID web`, `ConfigMap spire-system/entries`, `entries.json`. */
  readonly object: string;
  readonly source: Source;
  /** Line of what declares it, from 1. */
  readonly line: number;
  /** Absent for a ClusterSPIFFEID, whose entries stand under the agent of the pod's node. */
  readonly parentId?: string;
  readonly selectors: readonly Selector[];
  /** Selectors that cannot be read, as they are written. */
  readonly malformed: readonly string[];
  /** Pods of a ClusterSPIFFEID. @default - all */
  readonly podSelector?: LabelSelector;
  /** Namespaces of a ClusterSPIFFEID. @default - all */
  readonly namespaceSelector?: LabelSelector;
  /** A ClusterSPIFFEID for pods that no other one selects. */
  readonly fallback: boolean;
  readonly className?: string;
  readonly hint?: string;
  /** How long an X.509-SVID lives, as it is written: `1h0m0s`, or seconds. */
  readonly ttl?: string;
  /** How long a JWT-SVID lives. */
  readonly jwtTtl?: string;
}

/** An entry, and the pods that would be issued its SPIFFE ID. */
export interface IdentityEntry extends Declared {
  /** Empty for the alias of nodes, and for entries whose selectors say nothing about pods. */
  readonly workloads: readonly Workload[];
}

const SERVER_PATH = /^spiffe:\/\/[^/]*\/spire\/server$/;

/**
 * Whether an entry names nodes instead of pods.
 * @see pkg/server/authorizedentries/cache.go of SPIRE 1.15.3 (`isNodeAlias`)
 */
export function isNodeAlias({ parentId }: Declared): boolean {
  return parentId !== undefined && SERVER_PATH.test(parentId);
}

/** Whether an entry says anything about pods, so that manifests can tell whom it is for. */
export function isAboutPods(entry: Declared): boolean {
  if (isNodeAlias(entry)) return false;
  return entry.registrar === 'ClusterSPIFFEID' || entry.selectors.some(({ type }) => type === 'k8s');
}
