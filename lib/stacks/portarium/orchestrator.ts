import { InvalidValueError } from '../../finding';
import type { Component } from '../../platform/component';
import { createServiceAccount } from '../../platform/service-account';
import type { Workspace } from '../../platform/workspace';
import {
  type ORCHESTRATOR_POLICY_FILE,
  type OrchestratorSubject,
  type OrchestratorTokens,
  orchestratorPolicyConfigMap,
  orchestratorProblem,
} from '../../render/orchestrator/policy';
import { ManifestObject } from '../../synth/manifest-object';
import type { Portarium } from './portarium';
import type { PortariumOrchestrator, PortariumWorkspace } from './settings';

const POLICY = 'portarium-orchestrator-policy';
const AUDIENCE = 'portarium-control-plane';

/** The tokens that the control plane takes. */
function controlPlaneToken({ tokenAudience, tokenLifetime }: PortariumOrchestrator = {}): OrchestratorTokens {
  return {
    audience: tokenAudience ?? AUDIENCE,
    ...(tokenLifetime === undefined ? {} : { lifetime: tokenLifetime }),
  };
}

/**
 * Gives the pods of a workspace service accounts and tokens for the control plane, and says whom it lets do what with
 * them: agents use tools, the execution plane fetches work.
 */
export function admitWorkspace(
  portarium: Portarium,
  workspace: Workspace,
  plane: Component,
  { tools }: PortariumWorkspace,
  settings: PortariumOrchestrator = {},
): readonly OrchestratorSubject[] {
  const { agents, workspaceId, podNamespace, isolation } = workspace;
  const shared = isolation === 'label' ? `${workspaceId}-` : '';
  const accounts = [agents.identity?.serviceAccount ?? `${shared}agent`, `${shared}execution-plane`] as const;
  const token = controlPlaneToken(settings);
  agents.presentsToken({ ...token, serviceAccount: accounts[0] });
  plane.presentsToken({ ...token, serviceAccount: accounts[1] });
  const file = portarium.file(`workspaces/${workspaceId}/identity.yaml`);
  if (agents.identity === undefined) createServiceAccount(agents, accounts[0], file);
  createServiceAccount(plane, accounts[1], file);
  const subject = (account: string, allowed: readonly string[]) => {
    return { user: `system:serviceaccount:${podNamespace}:${account}`, workspace: workspaceId, tools: allowed };
  };
  return [subject(accounts[0], tools === 'none' ? [] : tools), subject(accounts[1], [])];
}

/**
 * The policy that the control plane follows by itself, as its ConfigMap.
 * @throws InvalidValueError for numbers that are none
 */
export function configureOrchestrator(
  portarium: Portarium,
  settings: PortariumOrchestrator,
  subjects: readonly OrchestratorSubject[],
): void {
  const { registries, controlPlane } = portarium;
  const common = { tokens: controlPlaneToken(settings), rateLimit: settings.rateLimit ?? {} };
  const problem = orchestratorProblem(common);
  if (problem !== undefined) throw new InvalidValueError(problem, portarium.node.path);
  const containers = registries === undefined ? {} : { registries };
  const key = { name: POLICY, namespace: controlPlane.namespace };
  new ManifestObject(controlPlane, 'orchestrator-policy', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    ...key,
    file: portarium.file('orchestrator/policy.yaml'),
    fields: ['data'],
    version: 'label',
    render: () => {
      const { data } = orchestratorPolicyConfigMap({ ...common, subjects, containers }, key);
      return { data: data as Readonly<Record<typeof ORCHESTRATOR_POLICY_FILE, string>> };
    },
  });
}
