import type { DelegationGrant, TaskGrant, VaultGrant } from '../../model/authorization/authorization';
import { AuthorizationService } from '../../platform/authorization';
import type { Platform } from '../../platform/platform';
import type { OnFailure } from '../../render/authorization/query-config';
import type { Portarium } from './portarium';
import type { PortariumSettings, PortariumWorkspace } from './settings';

/** The Open Policy Agent beside the control plane. */
export interface PortariumAuthorization {
  /** Image of OPA, with its registry and its digest. */
  readonly image: string;
  /** @default 2 */
  readonly replicas?: number;
  /**
   * What the control plane does while nobody answers.
   * @default 'deny'
   */
  readonly onFailure?: OnFailure;
  /** @default 500 */
  readonly timeoutMilliseconds?: number;
}

/** What the agents of a workspace may do. */
export interface WorkspaceGrants {
  /** @default - no task */
  readonly tasks?: readonly TaskGrant[];
  /**
   * Workspaces whose agents they may send messages to.
   * @default - none
   */
  readonly messages?: readonly WorkspaceGrant[];
  /** @default - no vault */
  readonly vaults?: readonly VaultGrant[];
  /** @default - nothing is delegated */
  readonly delegations?: readonly DelegationGrant[];
  /**
   * Workspaces whose part of the shared state they may read.
   * @default - their own alone
   */
  readonly reads?: readonly WorkspaceGrant[];
}

export interface WorkspaceGrant {
  /** Id of the other workspace. */
  readonly workspace: string;
  readonly purpose: string;
}

/**
 * OPA for the agents of every workspace so far, or nothing where the control plane decides alone. The capabilities of
 * agents are the tools of their workspace; the shared state has a namespace for each workspace, named by its id,
 * whether its pods have one of their own or not.
 */
export function authorizeAgents(portarium: Portarium, settings: PortariumSettings): AuthorizationService | undefined {
  const { authorization, namespaces = {}, workspaces } = settings;
  if (authorization === undefined) {
    warnOfUnusedGrants(portarium, workspaces, 'give portarium.authorization an image');
    return undefined;
  }
  const known = new Set(portarium.workspaces);
  const settingsOf = new Map(workspaces.map((workspace) => [workspace.id, workspace]));
  const service = new AuthorizationService(portarium, 'opa', {
    ...authorization,
    namespace: namespaces.authorization ?? 'portarium-authorization',
    client: portarium.controlPlane,
    queryConfigName: 'portarium-authorization',
    agents: portarium.workspaces.map(({ workspaceId, agents }) => {
      const { tools = 'none', authorization: grants = {} } = settingsOf.get(workspaceId) ?? {};
      const { messages = [], reads = [], ...further } = grants;
      return {
        ...further,
        component: agents,
        namespace: workspaceId,
        capabilities: tools,
        messages: messages.map(({ workspace, purpose }) => ({ to: `${workspace}/agent`, purpose })),
        reads: reads.map(({ workspace, purpose }) => ({ namespace: workspace, purpose })),
      };
    }),
  });
  portarium.addFindings(() =>
    portarium.workspaces
      .filter((workspace) => !known.has(workspace))
      .map(({ node, workspaceId }) => ({
        rule: 'workspace-not-authorized',
        severity: 'error',
        where: { construct: node.path },
        message: `the workspace '${workspaceId}' was added after OPA had been made, which therefore denies it everything`,
        fix: 'name the workspace in the settings',
      })),
  );
  return service;
}

/**
 * Grants that nobody reads must not look as if they did something.
 * @param fix what to do so that they count
 */
export function warnOfUnusedGrants(platform: Platform, workspaces: readonly PortariumWorkspace[], fix: string): void {
  const granting = workspaces.filter(({ authorization }) => authorization !== undefined);
  platform.addFindings(() =>
    granting.map(({ id }) => ({
      rule: 'authorization-off',
      severity: 'warning',
      where: { construct: platform.node.path },
      message: `what is granted to the workspace '${id}' is rendered nowhere, since there is no OPA; the control plane's built-in policy decides`,
      fix: `${fix}, or remove the grants`,
    })),
  );
}
