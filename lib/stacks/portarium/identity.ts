import { InvalidValueError } from '../../finding';
import { type AgentTls, type ControlPlaneTls, WORKLOAD_API_SOCKET } from '../../model/identity/mtls';
import { formatSpiffeId, spiffeId } from '../../model/identity/spiffe-id';
import { IdentityRegistration } from '../../platform/identity-registration';
import type { NodeAliasSettings, PlatformIdentityProps } from '../../platform/identity-registry';
import type { Workspace } from '../../platform/workspace';
import { entryId } from '../../render/identity/entry-id';
import { agentConfigMap, controlPlaneConfigMap } from '../../render/identity/mtls-config';
import { ManifestObject } from '../../synth/manifest-object';
import { renderedObject } from '../../synth/rendered-object';
import type { Portarium } from './portarium';

/** Who Portarium's workloads are to each other, by SPIRE. */
export interface PortariumIdentity {
  /** `portarium.dev`. */
  readonly trustDomain: string;
  /** @default controllerManager */
  readonly registrar?: 'controllerManager' | 'job';
  /** @default - the controller manager without a class name */
  readonly className?: string;
  /**
   * Address of the control plane, for agents.
   * @default 'https://control-plane.<namespace of the control plane>.svc:443'
   */
  readonly baseUrl?: string;
  /** @default portarium-control-plane */
  readonly controlPlaneServiceAccount?: string;
  /** Needed by the `job` registrar. */
  readonly nodeAlias?: NodeAliasSettings;
  /** Seconds. */
  readonly x509SvidTtl?: number;
  /** Seconds. */
  readonly jwtSvidTtl?: number;
  readonly federatesWith?: readonly string[];
  /** How the `job` registrar gets to the server. */
  readonly job?: PortariumRegistrationJob;
}

export interface PortariumRegistrationJob {
  /** Image of the SPIRE server. */
  readonly image: string;
  /** Labels of the server's pods. */
  readonly serverLabels: Readonly<Record<string, string>>;
  /** @default /run/spire/server */
  readonly socketDirectory?: string;
  /**
   * Ids of workspaces that are gone, whose entries are removed.
   * @default - none
   */
  readonly retiredWorkspaces?: readonly string[];
}

/** Name of the agents' configuration in the namespace of each workspace. */
export const AGENT_CONFIG = 'portarium-agent-config';
/** Name of the control plane's configuration in its namespace. */
export const CONTROL_PLANE_CONFIG = 'portarium-control-plane-config';

/** What a platform has to know of its SPIRE. */
export function platformIdentity(identity: PortariumIdentity): PlatformIdentityProps {
  const { trustDomain, registrar, className, nodeAlias, x509SvidTtl, jwtSvidTtl, federatesWith } = identity;
  return {
    trustDomain,
    ...(registrar === undefined ? {} : { registrar }),
    ...(className === undefined ? {} : { className }),
    ...(nodeAlias === undefined ? {} : { nodeAlias }),
    ...(x509SvidTtl === undefined ? {} : { x509SvidTtl }),
    ...(jwtSvidTtl === undefined ? {} : { jwtSvidTtl }),
    ...(federatesWith === undefined ? {} : { federatesWith }),
  };
}

/** The control plane: its identity, and its configuration, which names whom it lets in. */
export function identifyControlPlane(portarium: Portarium, identity: PortariumIdentity): void {
  const { controlPlane } = portarium;
  controlPlane.identify({
    path: 'control-plane',
    serviceAccount: identity.controlPlaneServiceAccount ?? 'portarium-control-plane',
    purpose: 'serve agents and the execution plane over mutual TLS',
    owner: 'portarium',
    file: 'identities/control-plane.yaml',
  });
  const tls = (): ControlPlaneTls => ({
    // It has one mode for all callers, so it insists once no workspace only observes.
    mode: portarium.workspaces.every(({ workspaceId }) => portarium.stagesOf(workspaceId).mtls === 'enforce')
      ? 'mtls'
      : 'optional',
    socketPath: WORKLOAD_API_SOCKET,
    trustDomain: identity.trustDomain,
    allowedSpiffeIds: portarium.workspaces.map(({ workspaceId }) => agentSpiffeId(identity, workspaceId)),
  });
  const options = { name: CONTROL_PLANE_CONFIG, namespace: controlPlane.namespace };
  new ManifestObject(controlPlane, 'config', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    ...options,
    file: portarium.file('identities/control-plane.yaml'),
    fields: ['data'],
    version: 'label',
    // Late, since workspaces may be added to a ready-made platform.
    render: () => ({ data: controlPlaneConfigMap(tls(), options).data as Readonly<Record<string, string>> }),
  });
}

/** The agents of a workspace: their service account, identity and configuration. */
export function identifyAgents(portarium: Portarium, workspace: Workspace, identity: PortariumIdentity): void {
  const { agents, workspaceId, isolation } = workspace;
  const shared = isolation === 'label' ? `${workspaceId}-` : '';
  const file = `workspaces/${workspaceId}/identity.yaml`;
  agents.identify({
    path: `agent/${workspaceId}`,
    serviceAccount: `${shared}agent`,
    createServiceAccount: true,
    purpose: 'call the control plane over mutual TLS',
    owner: workspaceId,
    file,
  });
  const tls: AgentTls = {
    mode: portarium.stagesOf(workspaceId).mtls === 'enforce' ? 'mtls' : 'optional',
    socketPath: WORKLOAD_API_SOCKET,
    baseUrl: identity.baseUrl ?? `https://control-plane.${portarium.controlPlane.namespace}.svc:443`,
  };
  const options = { name: `${shared}${AGENT_CONFIG}`, namespace: workspace.podNamespace };
  renderedObject(agents, 'config', agentConfigMap(tls, options), portarium.file(file), 'label');
}

/** Registers all identities by Jobs, where that was chosen. Comes last. */
export function registerIdentities(
  portarium: Portarium,
  identity: PortariumIdentity,
  namespace: string,
): IdentityRegistration | undefined {
  const { job } = identity;
  if (identity.registrar !== 'job') return undefined;
  if (job === undefined) {
    const fix = 'say identity.job: image and serverLabels';
    throw new InvalidValueError(
      { message: 'identities are to be registered by a Job that nothing is known of', fix },
      portarium.node.path,
    );
  }
  const { image, serverLabels, socketDirectory, retiredWorkspaces = [] } = job;
  return new IdentityRegistration(portarium, 'identity-registration', {
    image,
    server: { namespace, labels: serverLabels },
    ...(socketDirectory === undefined ? {} : { socketDirectory }),
    retired: retiredWorkspaces.map((id) => entryId(spiffeId(identity.trustDomain, 'agent', id), id)),
  });
}

export function agentSpiffeId({ trustDomain }: Pick<PortariumIdentity, 'trustDomain'>, workspaceId: string): string {
  return formatSpiffeId(spiffeId(trustDomain, 'agent', workspaceId));
}
