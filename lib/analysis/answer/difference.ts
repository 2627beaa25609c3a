import type { Finding } from '../../finding';
import type { Segment } from '../connection/connection';
import type { AnalysisDialect } from '../dialect';

/** What a change does to one connection. The dangerous ones come first. */
export const CHANGE_KINDS = [
  'added',
  'widened',
  'lost-auth',
  'lost-l7',
  'removed',
  'narrowed',
  'gained-auth',
  'gained-l7',
] as const;

export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** What makes a change worth a second look. */
export const CHANGE_TAGS = ['world', 'metadata', 'api-server', 'cross-namespace'] as const;

/**
 * `world`: one end is addresses outside or a host name. `metadata`: it holds a cloud's metadata service. `api-server`:
 * it is the Kubernetes API. `cross-namespace`: both are pods, of two namespaces.
 */
export type ChangeTag = (typeof CHANGE_TAGS)[number];

/** How reachability differs between two states of manifests. */
export interface Difference {
  readonly before: DifferenceSide;
  readonly after: DifferenceSide;
  /** The dangerous ones first, then the ones that concern most. */
  readonly groups: readonly ChangeGroup[];
  /** Workloads that are only in one of the two, by label. */
  readonly appeared: readonly string[];
  readonly disappeared: readonly string[];
}

export interface DifferenceSide {
  readonly dialect: AnalysisDialect;
  readonly workloads: number;
  readonly policies: number;
  readonly findings: readonly Finding[];
}

/** Connections that change alike: what a reviewer judges once. */
export interface ChangeGroup {
  readonly kind: ChangeKind;
  readonly tags: readonly ChangeTag[];
  readonly from: GroupEnd;
  readonly to: GroupEnd;
  /**
   * What it is about: of `added` and `widened` what is new, of `removed`, `narrowed` and `lost-l7` what is gone, of the
   * others the connections concerned, as they are now.
   */
  readonly segments: readonly Segment[];
  /** Number of pairs of a workload and the other end. */
  readonly pairs: number;
  readonly examples: readonly { readonly from: string; readonly to: string }[];
}

/** Ends that a group has on one side. */
export type GroupEnd =
  /** Workloads of namespaces; `same`: each pair within one namespace. */
  | {
      readonly kind: 'workloads';
      readonly namespaces: readonly string[];
      readonly workloads: number;
      readonly same?: true;
    }
  | { readonly kind: 'addresses'; readonly label: string; readonly cidrs: readonly string[] }
  | { readonly kind: 'name'; readonly label: string; readonly name: string }
  | { readonly kind: 'entities'; readonly label: string; readonly entities: readonly string[] };
