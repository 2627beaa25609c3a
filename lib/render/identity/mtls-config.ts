import { InvalidValueError } from '../../finding';
import type { KubeObject } from '../../kube/object';
import {
  type AgentTls,
  agentTlsProblems,
  type ControlPlaneTls,
  controlPlaneTlsProblems,
  socketPathProblem,
} from '../../model/identity/mtls';
import type { Labels } from '../../model/label';
import { yamlText } from '../yaml-text';

/** Where a configuration goes. */
export interface ConfigMapOptions {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Labels;
}

/** Name of the file in the ConfigMaps. */
export const CONFIG_FILE = 'config.yaml';
/** Name of the volume that holds the socket of the Workload API. */
export const SPIFFE_VOLUME = 'spiffe-workload-api';

/**
 * The control plane's configuration, with the keys of seed 000.
 * @throws InvalidValueError with the first of the problems that controlPlaneTlsProblems lists
 */
export function controlPlaneConfig(tls: ControlPlaneTls): string {
  refuse(controlPlaneTlsProblems(tls)[0]);
  const { mode, socketPath, trustDomain, allowedSpiffeIds } = tls;
  return yamlText({
    tls: { mode, spire: { socketPath, trustDomain }, allowedSpiffeIds: [...allowedSpiffeIds].sort() },
  });
}

/**
 * The configuration of agents, with the keys of seed 000.
 * @throws InvalidValueError with the first of the problems that agentTlsProblems lists
 */
export function agentConfig(tls: AgentTls): string {
  refuse(agentTlsProblems(tls)[0]);
  const { mode, socketPath, baseUrl } = tls;
  return yamlText({ portarium: { baseUrl, tls: { mode, spire: { socketPath } } } });
}

/** The control plane's configuration as a ConfigMap. */
export function controlPlaneConfigMap(tls: ControlPlaneTls, options: ConfigMapOptions): KubeObject {
  return configMap(controlPlaneConfig(tls), options);
}

/** The configuration of agents as a ConfigMap. */
export function agentConfigMap(tls: AgentTls, options: ConfigMapOptions): KubeObject {
  return configMap(agentConfig(tls), options);
}

/**
 * The volume in which the SPIFFE CSI driver shows a pod the socket of the SPIRE agent on its node. Unlike a hostPath
 * volume it is allowed by the restricted Pod Security Standard.
 * @see https://github.com/spiffe/spiffe-csi, which refuses a volume that is not read-only
 */
export function spiffeCsiVolume() {
  return { name: SPIFFE_VOLUME, csi: { driver: 'csi.spiffe.io', readOnly: true } } as const;
}

/**
 * The mount of that volume. The driver mounts the agent's whole directory, so the last part of the path has to be the
 * name that the agent gave its socket.
 * @param socketPath path of the socket in the container, such as `/run/spire/sockets/agent.sock`
 * @throws InvalidValueError for anything that socketPathProblem names
 */
export function spiffeCsiMount(socketPath: string) {
  refuse(socketPathProblem(socketPath));
  return { name: SPIFFE_VOLUME, mountPath: socketPath.slice(0, socketPath.lastIndexOf('/')), readOnly: true } as const;
}

function configMap(text: string, { name, namespace, labels }: ConfigMapOptions): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: labels === undefined ? { name, namespace } : { name, namespace, labels },
    data: { [CONFIG_FILE]: text },
  };
}

function refuse(problem: ReturnType<typeof socketPathProblem>): void {
  if (problem !== undefined) throw new InvalidValueError(problem);
}
