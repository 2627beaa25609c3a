import type { Finding } from '../../finding';
import { type Layer, type Stages, saidStage, stagesOf } from '../../model/stage';
import type { Workspace } from '../../platform/workspace';
import { type Enforcement, enforcementConfigMap, type LayerState } from '../../render/rollout/enforcement';
import { renderedObject } from '../../synth/rendered-object';
import type { Portarium } from './portarium';
import type { PortariumSettings, PortariumWorkspace } from './settings';

/** How far a workspace is rolled out. */
export function workspaceStages(settings: Pick<PortariumSettings, 'stage'>, { stage }: PortariumWorkspace): Stages {
  return stagesOf(stage, settings.stage);
}

/** Writes down, beside the control plane, how far a workspace has come. */
export function noteEnforcement(portarium: Portarium, workspace: Workspace, settings: PortariumSettings): void {
  const { workspaceId, owner, agents } = workspace;
  const { controlPlane } = portarium;
  const forced = (settings.rollout?.forced ?? []).filter(({ workspaces }) => workspaces.includes(workspaceId));
  const enforcement: Enforcement = {
    workspace: workspaceId,
    ...(owner === undefined ? {} : { owner }),
    agents: { namespace: agents.namespace, labels: agents.podLabels },
    controlPlane: { namespace: controlPlane.namespace, labels: controlPlane.podLabels },
    layers: layerStates(portarium, portarium.stagesOf(workspaceId), settings),
    forced: forced.map(({ layer, gates, reason }) => ({ layer, gates, reason })),
  };
  const file = portarium.file(`workspaces/${workspaceId}/enforcement.yaml`);
  renderedObject(workspace, 'enforcement', enforcementConfigMap(enforcement, controlPlane.namespace), file);
}

/** What the layers of a workspace come to in the cluster. */
export function layerStates(
  { dialect }: Pick<Portarium, 'dialect'>,
  { egress, mtls, tools }: Stages,
  { identity }: Pick<PortariumSettings, 'identity'>,
): Readonly<Record<Layer, LayerState>> {
  return {
    egress: egress === 'observe' && !dialect.canObserve ? 'held-back' : egress,
    mtls: identity === undefined ? 'off' : mtls,
    tools,
  };
}

const RULE = 'stage-skipped';

/**
 * Stages that are ahead of what they stand on: tools are judged by the control plane, which agents must not be able to
 * go around, and by the workspace that calls, which somebody has to prove.
 */
export function portariumStageFindings(portarium: Portarium, settings: PortariumSettings): readonly Finding[] {
  const declared = settings.workspaces.flatMap((workspace) => workspaceFindings(portarium, settings, workspace));
  return [...declared, ...unprovedTools(portarium, settings), ...halfWayMtls(portarium, settings)];
}

function workspaceFindings(
  { node }: Portarium,
  settings: PortariumSettings,
  workspace: PortariumWorkspace,
): readonly Finding[] {
  const { egress, mtls, tools } = workspaceStages(settings, workspace);
  const found = (message: string, fix: string): Finding => ({
    rule: RULE,
    severity: 'error',
    where: { construct: `${node.path}/${workspace.id}` },
    message: `'${workspace.id}' ${message}`,
    fix,
  });
  const findings: Finding[] = [];
  if (tools === 'enforce' && egress === 'observe') {
    const message =
      'enforces its tools while its egress only observes, so that agents can go around the control plane, which alone looks at tools';
    findings.push(found(message, "enforce egress first, or set the stage of tools to 'observe'"));
  }
  if (settings.identity === undefined) {
    const said = (['mtls', 'tools'] as const).filter(
      (layer) => saidStage(layer, workspace.stage, settings.stage) === 'enforce',
    );
    if (said.length === 0) return findings;
    const message = `is said to enforce ${said.join(' and ')}, but there are no identities, so that nobody proves which workspace calls`;
    return [...findings, found(message, `add 'identity', or set the stage of ${said.join(' and ')} to 'observe'`)];
  }
  if (tools === 'enforce' && mtls === 'observe') {
    const message =
      'enforces its tools while mutual TLS only observes, so that nothing proves which workspace asks for them';
    findings.push(found(message, "enforce mtls first, or set the stage of tools to 'observe'"));
  }
  return findings;
}

/** Nobody said that tools enforce; they do by default, and are better than nothing. */
function unprovedTools({ node }: Portarium, settings: PortariumSettings): readonly Finding[] {
  if (settings.identity !== undefined) return [];
  const { workspaces } = settings;
  const ids = workspaces.filter((workspace) => {
    const isSaid = saidStage('tools', workspace.stage, settings.stage) !== undefined;
    return !isSaid && workspaceStages(settings, workspace).egress === 'enforce';
  });
  if (ids.length === 0) return [];
  return [
    {
      rule: RULE,
      severity: 'warning',
      where: { construct: node.path },
      message: `tools of ${someOf(ids.map(({ id }) => id))} are enforced, but there are no identities, so that nobody proves which workspace asks for them`,
      fix: "add 'identity', or set the stage of tools to 'observe'",
    },
  ];
}

/** The control plane has one way of taking callers, so that those who still observe keep its door open for all. */
function halfWayMtls({ node }: Portarium, settings: PortariumSettings): readonly Finding[] {
  const { identity, workspaces } = settings;
  if (identity === undefined) return [];
  const observing = workspaces.filter((workspace) => workspaceStages(settings, workspace).mtls === 'observe');
  if (observing.length === 0 || observing.length === workspaces.length) return [];
  return [
    {
      rule: 'mtls-optional-for-all',
      severity: 'warning',
      where: { construct: node.path },
      message: `the control plane takes callers without a certificate as long as ${someOf(observing.map(({ id }) => id))} only observes mutual TLS; the others insist on it at their agents alone`,
      fix: 'enforce mtls in every workspace',
    },
  ];
}

/** `ws-a, ws-b, ws-c and 4 more`. */
function someOf(ids: readonly string[]): string {
  const [written, rest] = [ids.slice(0, 3), ids.length - 3];
  return rest > 0 ? `${written.join(', ')} and ${rest} more` : written.join(', ');
}
