import { InvalidValueError, type Problem, quoted } from '../../finding';
import type { Container, PodSpec, Resources } from '../../kube/pod';
import { SECRET_FILE_MODE } from '../../kube/workload-rule/secret-file-mode';
import { dnsLabelProblem, dnsSubdomainProblem } from '../../model/name';
import { withMountedVolume } from './pod-part';

/** How a Secret gets into files of a pod. All are in memory. */
export type SecretDelivery =
  /** The kubelet writes it, and writes it again when it changes. Mode 0440, `root:<fsGroup>`. */
  | { readonly by: 'kubelet'; readonly secret: string }
  /**
   * A container copies it before the others start. Mode 0400, of the pod's user; what changes later does not arrive.
   * The image needs `sh` and `cp`.
   */
  | { readonly by: 'copy'; readonly secret: string; readonly image: string }
  /** The Secrets Store CSI driver writes it. Mode and user are what the provider says (`filePermission`). */
  | { readonly by: 'csi'; readonly secretProviderClass: string };

export interface SecretFiles {
  /** Name of the volume. */
  readonly name: string;
  /** Directory in the containers. */
  readonly mountPath: string;
  readonly delivery: SecretDelivery;
}

/** What the files are like in the containers; undefined where another party decides. */
export function secretFileMode({ by }: SecretDelivery): { readonly mode: string; readonly owner: string } | undefined {
  if (by === 'csi') return undefined;
  return by === 'copy' ? { mode: '0400', owner: "the pod's user" } : { mode: '0440', owner: 'root, group fsGroup' };
}

/** What is wrong with how a Secret is delivered. */
export function secretFilesProblem({ name, mountPath, delivery }: SecretFiles): Problem | undefined {
  const path = /^\/[^\s:]+$/.test(mountPath) && !mountPath.split('/').includes('..');
  const source = delivery.by === 'csi' ? delivery.secretProviderClass : delivery.secret;
  return (
    // The copy has a second volume, with a suffix.
    dnsLabelProblem(`${name}-source`, 'volume') ??
    dnsSubdomainProblem(source, delivery.by === 'csi' ? 'SecretProviderClass' : 'Secret') ??
    (path
      ? undefined
      : { message: `${quoted(mountPath)} is no absolute path`, fix: "write an absolute path without '..'" })
  );
}

const COPY_RESOURCES: Resources = {
  requests: { cpu: '10m', memory: '16Mi', 'ephemeral-storage': '1Mi' },
  limits: { cpu: '100m', memory: '32Mi', 'ephemeral-storage': '8Mi' },
};

/**
 * A pod that reads a Secret from files, and from no environment variable.
 * @throws InvalidValueError for what secretFilesProblem() names
 */
export function withSecretFiles(spec: PodSpec, files: SecretFiles): PodSpec {
  const problem = secretFilesProblem(files);
  if (problem !== undefined) throw new InvalidValueError(problem);
  const { name, mountPath, delivery } = files;
  const mount = { name, mountPath, readOnly: true };
  switch (delivery.by) {
    case 'kubelet':
      return withMountedVolume(spec, { name, secret: kubeletSecret(delivery.secret) }, mount);
    case 'csi': {
      const volumeAttributes = { secretProviderClass: delivery.secretProviderClass };
      const csi = { driver: 'secrets-store.csi.k8s.io', readOnly: true, volumeAttributes };
      return withMountedVolume(spec, { name, csi }, mount);
    }
    case 'copy':
      return withCopy(spec, files, delivery);
  }
}

function withCopy(spec: PodSpec, { name, mountPath }: SecretFiles, delivery: SecretDelivery & { by: 'copy' }): PodSpec {
  const mounted = withMountedVolume(
    spec,
    { name, emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
    { name, mountPath, readOnly: true },
  );
  if (mounted === spec) return spec;
  const source = `${name}-source`;
  const copy: Container = {
    name: `copy-${name}`,
    image: delivery.image,
    // What the kubelet writes are links, and 0440 less the mask is 0400.
    command: ['sh', '-c', 'umask 0377 && cp -L /source/* /target/'],
    resources: COPY_RESOURCES,
    volumeMounts: [
      { name: source, mountPath: '/source', readOnly: true },
      { name, mountPath: '/target' },
    ],
  };
  return {
    ...mounted,
    initContainers: [copy, ...(mounted.initContainers ?? [])],
    volumes: [...(mounted.volumes ?? []), { name: source, secret: kubeletSecret(delivery.secret) }],
  };
}

function kubeletSecret(secretName: string) {
  return { secretName, defaultMode: SECRET_FILE_MODE };
}
