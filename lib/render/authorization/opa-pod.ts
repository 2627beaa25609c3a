import type { MountedConfigMap } from './config-map';

/** Port of the questions. */
export const OPA_PORT = 8181;
/** Port of health and metrics, apart from the questions, so that kubelet and scrapers need not reach those. */
export const OPA_DIAGNOSTICS_PORT = 8282;

/**
 * Where the image has the program.
 * @see Dockerfile of OPA 1.20.2
 */
const OPA = '/opa';
const BUNDLE = '/bundle';
/** The image's own user is 1000, which people on the node may have too; the program runs as any. */
const USER = 10_001;

export interface OpaPodOptions {
  /** Image of OPA, with its digest. */
  readonly image: string;
  readonly serviceAccount: string;
  /** Labels of its pods, by which replicas keep apart. */
  readonly labels: Readonly<Record<string, string>>;
  readonly configMaps: readonly MountedConfigMap[];
}

/**
 * The pod that answers: no token, no privilege, nothing to write to, nobody to talk to. It reads its bundle at the start
 * and never again.
 *
 * Every file is mounted by itself (`subPath`). A whole ConfigMap would come with the kubelet's folders `..data` and
 * `..<time>`, and OPA would read every rule twice and refuse to start.
 * @see docs/docs/cli.md (opa run) and docs/docs/operations.md of OPA 1.20.2
 */
export function opaPod({
  image,
  serviceAccount,
  labels,
  configMaps,
}: OpaPodOptions): Readonly<Record<string, unknown>> {
  return {
    serviceAccountName: serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: labels },
      },
    ],
    containers: [container(image, configMaps)],
    volumes: [
      {
        name: 'bundle',
        projected: {
          defaultMode: 0o444,
          sources: configMaps.map(({ object, files }) => ({
            configMap: { name: object.metadata.name, items: files.map(({ key }) => ({ key, path: key })) },
          })),
        },
      },
    ],
  };
}

function container(image: string, configMaps: readonly MountedConfigMap[]) {
  return {
    name: 'opa',
    image,
    command: [OPA],
    args: [
      'run',
      '--server',
      `--addr=0.0.0.0:${OPA_PORT}`,
      `--diagnostic-addr=0.0.0.0:${OPA_DIAGNOSTICS_PORT}`,
      // system.authz of the bundle says what callers may ask; without it everything is refused.
      '--authorization=basic',
      '--skip-version-check',
      '--log-format=json',
      '--set=decision_logs.console=true',
      '--bundle',
      BUNDLE,
    ],
    ports: [
      { name: 'http', containerPort: OPA_PORT, protocol: 'TCP' },
      { name: 'diagnostics', containerPort: OPA_DIAGNOSTICS_PORT, protocol: 'TCP' },
    ],
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ['ALL'] },
      appArmorProfile: { type: 'RuntimeDefault' },
    },
    resources: {
      requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '16Mi' },
      limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '64Mi' },
    },
    startupProbe: probe('/health', 30),
    livenessProbe: probe('/health', 3),
    readinessProbe: probe('/health?bundles&plugins', 2),
    volumeMounts: configMaps.flatMap(({ files }) =>
      files.map(({ key, path }) => ({
        name: 'bundle',
        mountPath: `${BUNDLE}/${path}`,
        subPath: key,
        readOnly: true,
      })),
    ),
  };
}

function probe(path: string, failureThreshold: number) {
  return { httpGet: { path, port: 'diagnostics' }, periodSeconds: 5, timeoutSeconds: 2, failureThreshold };
}
