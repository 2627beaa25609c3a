import type { Problem } from '../../finding';
import type { KubeObject, ObjectKey } from '../../kube/object';
import type { Labels } from '../../model/label';

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

export interface RegistrationPodOptions {
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

/** The pod of a Job that runs commands of spire-server one after the other; its volume `entries` is left to the Job. */
export function registrationPod(options: RegistrationPodOptions, commands: readonly Command[]) {
  const { server, runAsUser = 1000, runAsGroup = 1000 } = options;
  const containers = commands.map(([name, args]) => container(options.image, name, args));
  return {
    // A restart inside the pod would repeat the last command alone, and leave out what the first ones make.
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser,
      runAsGroup,
      seccompProfile: { type: 'RuntimeDefault' },
    },
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
    ] as readonly Readonly<Record<string, unknown>>[],
  };
}

function container(image: string, name: string, args: readonly string[]) {
  const [group = '', verb = '', ...rest] = args;
  return {
    name,
    image,
    command: [SPIRE_SERVER, group, verb, '-socketPath', `${SOCKET_DIRECTORY}/${SERVER_SOCKET}`, ...rest],
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    resources: {
      requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '16Mi' },
      limits: { memory: '256Mi', 'ephemeral-storage': '64Mi' },
    },
    volumeMounts: [
      { name: 'entries', mountPath: '/entries', readOnly: true },
      // Connecting to a socket writes nothing to the file system that holds it.
      { name: 'spire-server-socket', mountPath: SOCKET_DIRECTORY, readOnly: true },
    ],
  };
}

/** What the Jobs need that a baseline forbids. Not a finding: those who run SPIRE grant it, or use another registrar. */
export interface SocketExemption extends Problem {
  readonly rule: 'spire-server-socket';
  /** Objects that need it. */
  readonly objects: readonly ObjectKey[];
}

/** The exemption of the Jobs among objects; undefined if there is none. */
export function socketExemption(
  objects: readonly KubeObject[],
  { socketDirectory, runAsUser = 1000 }: RegistrationPodOptions,
): SocketExemption | undefined {
  const jobs = objects.filter(({ kind }) => kind === 'Job');
  if (jobs.length === 0) return undefined;
  return {
    rule: 'spire-server-socket',
    message: `the Jobs mount '${socketDirectory}' of the node as user ${runAsUser}: the SPIRE server takes registrations on a Unix socket only, and whoever holds it may issue any identity`,
    fix: 'exempt these Jobs alone from the rule on hostPath volumes, in a namespace where nobody else may create pods, or let the SPIRE controller manager register the entries',
    objects: jobs.map(({ apiVersion, kind, metadata: { name, namespace } }) => ({ apiVersion, kind, namespace, name })),
  };
}
