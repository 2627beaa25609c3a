import { field, list, textMap } from '../../kube/field';
import type { KubeObject } from '../../kube/object';
import {
  type Container,
  type PodSecurityContext,
  type PodSpec,
  podTemplate,
  type Resources,
  withPodTemplate,
} from '../../kube/pod';
import { APPARMOR_ANNOTATION } from '../../kube/workload-rule/container-hardening';
import { LOWEST_ID } from '../../kube/workload-rule/run-as-user';
import { SECRET_FILE_MODE, secretSource } from '../../kube/workload-rule/secret-file-mode';
import { withScratch } from './scratch';

/** User and group of `nonroot` in distroless images, high enough to be nobody on a node. */
export const NONROOT_ID = 65_532;
/** Minor version from which pods say their AppArmor profile in a field; the API server copies no annotation into it. */
const APPARMOR_FIELD = 30;

export interface HardenOptions {
  /**
   * Minor version of Kubernetes 1.
   * @default - 30 or later
   */
  readonly kubernetesMinor?: number;
}

/**
 * A workload with every field of the mandatory baseline; there is no option to leave one out. What somebody has said stays
 * as it is, also where it contradicts the baseline: then it is a finding (see workloadProblems), since a value that is
 * changed in silence is a surprise in the cluster. An object that makes no pods is returned as it is.
 *
 * Limits for CPU and memory are not made up: nobody here knows what a program needs.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export function harden(object: KubeObject, options: HardenOptions = {}): KubeObject {
  const template = podTemplate(object);
  if (template === undefined) return object;
  const { kubernetesMinor = APPARMOR_FIELD } = options;
  const spec = hardenPodSpec(template.spec, options);
  if (kubernetesMinor >= APPARMOR_FIELD) return withPodTemplate(object, { spec });
  return withPodTemplate(object, { spec, annotations: appArmorAnnotations(spec, textMap(template.annotations)) });
}

/** The spec of pods with the baseline, as harden() gives it to every workload. */
export function hardenPodSpec(spec: PodSpec, { kubernetesMinor = APPARMOR_FIELD }: HardenOptions = {}): PodSpec {
  return withScratch({
    ...spec,
    automountServiceAccountToken: spec.automountServiceAccountToken ?? false,
    enableServiceLinks: spec.enableServiceLinks ?? false,
    securityContext: podSecurity(spec, kubernetesMinor >= APPARMOR_FIELD),
    ...(spec.initContainers === undefined ? {} : { initContainers: mapList(spec.initContainers, hardenContainer) }),
    ...(spec.containers === undefined ? {} : { containers: mapList(spec.containers, hardenContainer) }),
    ...(spec.volumes === undefined ? {} : { volumes: mapList(spec.volumes, hardenVolume) }),
  });
}

function podSecurity(spec: PodSpec, appArmorField: boolean): PodSecurityContext {
  const given = spec.securityContext ?? {};
  const group = typeof given.runAsGroup === 'number' && given.runAsGroup >= LOWEST_ID ? given.runAsGroup : NONROOT_ID;
  const readsSecrets = list(spec.volumes).some((volume) => secretSource(volume) !== undefined);
  return {
    ...given,
    runAsNonRoot: given.runAsNonRoot ?? true,
    runAsUser: given.runAsUser ?? NONROOT_ID,
    runAsGroup: given.runAsGroup ?? NONROOT_ID,
    // Without it only root could read the files; with it the kubelet goes through all that is in a volume.
    ...(readsSecrets && given.fsGroup === undefined
      ? { fsGroup: group, fsGroupChangePolicy: given.fsGroupChangePolicy ?? 'OnRootMismatch' }
      : {}),
    seccompProfile: given.seccompProfile ?? { type: 'RuntimeDefault' },
    ...(appArmorField ? { appArmorProfile: given.appArmorProfile ?? { type: 'RuntimeDefault' } } : {}),
  };
}

function hardenContainer(container: Container): Container {
  const given = container.securityContext ?? {};
  return {
    ...container,
    securityContext: {
      ...given,
      // A privileged container may always escalate, and the API server refuses one that says otherwise.
      ...(given.privileged === true ? {} : { allowPrivilegeEscalation: given.allowPrivilegeEscalation ?? false }),
      readOnlyRootFilesystem: given.readOnlyRootFilesystem ?? true,
      capabilities: { ...given.capabilities, drop: given.capabilities?.drop ?? ['ALL'] },
    },
    resources: withStorage(container.resources ?? {}),
  };
}

/** Room for logs and what is written into a container; what needs more says so. */
const STORAGE = { request: '64Mi', limit: '1Gi' } as const;

function withStorage(resources: Resources): Resources {
  const request = field(resources.requests, 'ephemeral-storage');
  const limit = field(resources.limits, 'ephemeral-storage');
  if (limit !== undefined) return resources;
  return {
    ...resources,
    requests: { ...resources.requests, 'ephemeral-storage': (request ?? STORAGE.request) as string },
    limits: { ...resources.limits, 'ephemeral-storage': (request ?? STORAGE.limit) as string },
  };
}

/** Says the mode of Secrets in files where nobody did: the default would let every user of the pod read them. */
function hardenVolume<V>(volume: V): V {
  const source = secretSource(volume);
  if (source === undefined || field(source, 'defaultMode') !== undefined) return volume;
  const key = field(volume, 'secret') === undefined ? 'projected' : 'secret';
  return { ...volume, [key]: { ...(source as object), defaultMode: SECRET_FILE_MODE } };
}

function appArmorAnnotations(spec: PodSpec, given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const containers = [...list(spec.initContainers), ...list(spec.containers)] as readonly Container[];
  const defaults = containers.map(({ name }) => [`${APPARMOR_ANNOTATION}${name}`, 'runtime/default'] as const);
  return { ...Object.fromEntries(defaults), ...given };
}

/** What is no list, or no map in it, is left as it is: the API server says what is wrong with it. */
function mapList<Item>(items: readonly Item[], change: (item: Item) => Item): readonly Item[] {
  if (!Array.isArray(items)) return items;
  return items.map((item: Item) => (typeof item === 'object' && item !== null ? change(item) : item));
}
