import type { Container, PodSpec, Volume } from '../../kube/pod';
import { LOWEST_ID } from '../../kube/workload-rule/run-as-user';
import type { Labels } from '../../model/label';
import { type HardenOptions, hardenPodSpec } from '../workload/harden';

/**
 * Where the image has the program.
 * @see Dockerfile of SPIRE 1.15.3
 */
const SPIRE_SERVER = '/opt/spire/bin/spire-server';
/**
 * Where the program looks for the server.
 * @see doc/spire_server.md of SPIRE 1.15.3 (`socket_path`)
 */
const SOCKET_DIRECTORY = '/tmp/spire-server/private';
export const SERVER_SOCKET = 'api.sock';

/** A container's name and what it runs. */
export type Command = readonly [name: string, args: readonly string[]];

export interface RegistrationPodOptions extends HardenOptions {
  /** The image of the SPIRE server, of the server's own version. */
  readonly image: string;
  /**
   * Directory on the node in which the server makes its socket `api.sock`. The server's pod has to mount it from the
   * node too: the emptyDir that its chart uses ends at the pod, and no Job can share it.
   */
  readonly socketDirectory: string;
  /** Pods of the server. The Job runs on the node of one of them, since a socket does not leave its node. */
  readonly server: { readonly namespace: string; readonly labels: Labels };
  /**
   * User of the server. The socket has mode 0770, so another user cannot connect.
   * @default 1000
   */
  readonly runAsUser?: number;
  /** @default 1000 */
  readonly runAsGroup?: number;
}

/** The pod of a Job that runs commands of spire-server one after the other, with the volumes that the Job adds. */
export function registrationPod(
  options: RegistrationPodOptions,
  commands: readonly Command[],
  volumes: readonly Volume[],
): PodSpec {
  const { server, runAsUser = 1000, runAsGroup = 1000 } = options;
  const containers = commands.map(([name, args]) => container(options.image, name, args));
  const pod: PodSpec = {
    // A restart inside the pod would repeat the last command alone, and leave out what the first ones make.
    restartPolicy: 'Never',
    securityContext: { runAsUser, runAsGroup },
    affinity: {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          {
            topologyKey: 'kubernetes.io/hostname',
            namespaces: [server.namespace],
            labelSelector: { matchLabels: server.labels },
          },
        ],
      },
    },
    initContainers: containers.slice(0, -1),
    containers: containers.slice(-1),
    // Directory, and not DirectoryOrCreate: a directory that the Job made would be root's, and hide that none is shared.
    volumes: [
      { name: 'spire-server-socket', hostPath: { path: options.socketDirectory, type: 'Directory' } },
      ...volumes,
    ],
  };
  return hardenPodSpec(pod, options);
}

function container(image: string, name: string, args: readonly string[]): Container {
  const [group = '', verb = '', ...rest] = args;
  return {
    name,
    image,
    command: [SPIRE_SERVER, group, verb, '-socketPath', `${SOCKET_DIRECTORY}/${SERVER_SOCKET}`, ...rest],
    resources: {
      requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '16Mi' },
      limits: { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '64Mi' },
    },
    volumeMounts: [
      { name: 'entries', mountPath: '/entries', readOnly: true },
      // Connecting to a socket writes nothing to the file system that holds it.
      { name: 'spire-server-socket', mountPath: SOCKET_DIRECTORY, readOnly: true },
    ],
  };
}

/** What the Jobs need that the baseline forbids, and why, as the annotation that exempts them. */
export function registrationExemptions({ runAsUser = 1000, runAsGroup = 1000 }: RegistrationPodOptions): string {
  const socket =
    'the SPIRE server takes registrations on a Unix socket only, and whoever holds it may issue any identity, so nobody else may create pods in this namespace';
  const user = `the socket belongs to the user of the server, ${runAsUser}:${runAsGroup}`;
  const isLow = runAsUser < LOWEST_ID || runAsGroup < LOWEST_ID;
  return [`host-path: ${socket}`, ...(isLow ? [`run-as-user: ${user}`] : [])].join('\n');
}
