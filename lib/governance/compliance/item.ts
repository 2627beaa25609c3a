import type { Analysis } from '../../analysis/analysis';
import type { IdentityEntry } from '../../analysis/identity/entry';
import type { Manifest, Manifests, Source, Workload } from '../../analysis/load/manifests';
import type { CallLog } from '../rollout/call-log';
import type { WorkspaceState } from './workspace-state';

/**
 * `met`: proved. `unmet`: said to be enforced, and does not hold. `observed`: the layer has not come to enforce.
 * `live`: what manifests can tell holds, and the rest has to be looked at in the cluster.
 */
export type ItemStatus = 'met' | 'unmet' | 'observed' | 'live';

/** What a statement rests on. */
export interface Evidence {
  /** `analysis`: computed from the manifests. `file`: written there. `log`: counted in logs that were given. */
  readonly by: 'analysis' | 'file' | 'log';
  readonly says: string;
  /** `workspaces/ws-production/network-policies.yaml:53`. */
  readonly places: readonly string[];
}

/** What to look at in the cluster, and what has to come out. */
export interface LiveCheck {
  readonly command: string;
  readonly expected: string;
}

export interface ItemResult {
  readonly status: ItemStatus;
  readonly evidence: readonly Evidence[];
  /** What does not hold. */
  readonly problems: readonly string[];
  readonly live: readonly LiveCheck[];
}

/** One line of a checklist. */
export interface ChecklistItem {
  /** In kebab case. */
  readonly id: string;
  readonly title: string;
}

/** An item that holds for every workspace or not. */
export interface WorkspaceItem extends ChecklistItem {
  readonly judge: (facts: Facts, workspace: WorkspaceState) => ItemResult;
}

/** An item about the platform as a whole. */
export interface PlatformItem extends ChecklistItem {
  readonly judge: (facts: Facts) => ItemResult;
}

/** All that is known, and from where. */
export interface Facts {
  readonly manifests: Manifests;
  readonly analysis: Analysis;
  readonly workspaces: readonly WorkspaceState[];
  readonly entries: readonly IdentityEntry[];
  /** @default - no logs were given */
  readonly log?: CallLog;
  /** Folder of the manifests; undefined if there are several, or files alone. */
  readonly folder?: string;
}

/** What is left of a status once something speaks against it. */
export function resultOf(
  status: Exclude<ItemStatus, 'unmet'>,
  { evidence = [], problems = [], live = [] }: Partial<Omit<ItemResult, 'status'>>,
): ItemResult {
  return { status: problems.length > 0 && status !== 'observed' ? 'unmet' : status, evidence, problems, live };
}

/** The agents of a workspace, as far as manifests hold them. */
export function agentsOf({ manifests }: Pick<Facts, 'manifests'>, { agents }: WorkspaceState): readonly Workload[] {
  return manifests.workloads.filter(({ namespace, labels }) => {
    return (
      namespace === agents.namespace && Object.entries(agents.labels).every(([key, value]) => labels[key] === value)
    );
  });
}

/** A ConfigMap of the manifests. */
export function configMap({ manifests }: Facts, namespace: string, name: string): Manifest | undefined {
  return manifests.registering?.find(({ object }) => {
    const { metadata } = object;
    return object.kind === 'ConfigMap' && metadata.namespace === namespace && metadata.name === name;
  });
}

/** Text of a ConfigMap's file. */
export function dataOf(manifest: Manifest | undefined, file: string): string | undefined {
  const data = (manifest?.object as { readonly data?: Readonly<Record<string, unknown>> } | undefined)?.data;
  const text = data?.[file];
  return typeof text === 'string' ? text : undefined;
}

/** `workspaces/ws-production/tool-allowlist.yaml:1`, below the folder of the manifests. */
export function placeIn({ folder }: Pick<Facts, 'folder'>, { file, line }: Pick<Source, 'file' | 'line'>): string {
  const below = folder !== undefined && file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file;
  return `${below}:${line}`;
}
