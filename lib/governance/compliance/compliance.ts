import { analyse } from '../../analysis/analysis';
import { verifyIdentities } from '../../analysis/identity/verify-identities';
import type { Manifests } from '../../analysis/load/manifests';
import type { Finding } from '../../finding';
import type { CallLog } from '../rollout/call-log';
import { CONTROLS, type Control } from './controls';
import type { ChecklistItem, Facts, ItemResult, ItemStatus, PlatformItem, WorkspaceItem } from './item';
import { alerts } from './items/alerts';
import { controlPlaneOnly } from './items/control-plane-only';
import { changeRecord, inventory, rollBack } from './items/documents';
import { egressDenied } from './items/egress-denied';
import { noDirectCalls } from './items/no-direct-calls';
import { svids } from './items/svids';
import { tools } from './items/tools';
import { workflows } from './items/workflows';
import { type WorkspaceState, workspaceStates } from './workspace-state';

/** Seed 000, "Validation", in its order; the alerts are the platform's. */
const WORKSPACE_ITEMS: readonly WorkspaceItem[] = [
  egressDenied,
  controlPlaneOnly,
  noDirectCalls,
  svids,
  tools,
  workflows,
];
const PLATFORM_ITEMS: readonly PlatformItem[] = [alerts, inventory, changeRecord, rollBack];

export type Judged = ChecklistItem & ItemResult;

/** The state of enforcement, and what proves it. */
export interface Compliance {
  readonly workspaces: readonly JudgedWorkspace[];
  readonly platform: readonly Judged[];
  readonly controls: readonly JudgedControl[];
  /** Items that are said to hold and do not, and what could not be read. */
  readonly findings: readonly Finding[];
}

export interface JudgedWorkspace extends Omit<WorkspaceState, 'source'> {
  readonly items: readonly Judged[];
}

export interface JudgedControl extends Control {
  readonly status: ItemStatus;
}

export interface ComplianceOptions {
  /** @default - calls are to be looked at in the cluster */
  readonly log?: CallLog;
  /** Folder of the manifests, with the documents beside them. */
  readonly folder?: string;
  /**
   * What findings call that folder.
   * @default - as it is
   */
  readonly title?: string;
}

/** Holds manifests against the checklist of the enforcement guide. */
export function compliance(manifests: Manifests, options: ComplianceOptions = {}): Compliance {
  const { workspaces, findings } = workspaceStates(manifests);
  const analysis = analyse(manifests);
  const { entries } = verifyIdentities(manifests);
  const { folder, title = folder, log } = options;
  const facts: Facts = {
    manifests,
    analysis,
    workspaces,
    entries,
    ...(folder === undefined ? {} : { folder }),
    ...(log === undefined ? {} : { log }),
  };
  const judged = workspaces.map((workspace): JudgedWorkspace => {
    const { source: _, ...state } = workspace;
    return { ...state, items: WORKSPACE_ITEMS.map((item) => judge(item, item.judge(facts, workspace))) };
  });
  const platform = PLATFORM_ITEMS.map((item) => judge(item, item.judge(facts)));
  return {
    workspaces: judged,
    platform,
    controls: CONTROLS.map((control) => ({ ...control, status: statusOf(control, judged, platform) })),
    findings: [
      ...analysis.findings,
      ...findings,
      ...workspaces.flatMap(({ workspace, source: { file, line } }, index) => {
        return unmet(`${workspace}: `, judged[index]?.items ?? [], { file, line });
      }),
      ...unmet('', platform, { file: folder ?? workspaces[0]?.source.file ?? '.' }),
    ].map((finding) => retitled(finding, folder, title)),
  };
}

/** Manifests may stand in a folder that is gone when somebody reads this. */
function retitled(finding: Finding, folder: string | undefined, title: string | undefined): Finding {
  const { where } = finding;
  if (folder === undefined || title === undefined || where.file?.startsWith(folder) !== true) return finding;
  return { ...finding, where: { ...where, file: title + where.file.slice(folder.length) } };
}

function judge({ id, title }: ChecklistItem, result: ItemResult): Judged {
  return { id, title, ...result };
}

/** What is worst decides. */
const WORST: readonly ItemStatus[] = ['unmet', 'observed', 'live', 'met'];

function statusOf({ items }: Control, workspaces: readonly JudgedWorkspace[], platform: readonly Judged[]): ItemStatus {
  const judged = [...workspaces.flatMap((workspace) => workspace.items), ...platform];
  const statuses = new Set(judged.filter(({ id }) => items.includes(id)).map(({ status }) => status));
  return WORST.find((status) => statuses.has(status)) ?? 'live';
}

function unmet(of: string, items: readonly Judged[], where: Finding['where']): readonly Finding[] {
  return items
    .filter(({ status }) => status === 'unmet')
    .map(({ id, title, problems }) => ({
      rule: `unmet-${id}`,
      severity: 'error',
      where,
      message: `${of}'${title}' does not hold: ${problems.join('; ')}`,
      fix: 'render and apply again what the program says, or take the layer back to observe until it holds',
    }));
}
