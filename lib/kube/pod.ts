import { at, field, list } from './field';
import { apiGroup, type KubeObject } from './object';

/** Where each kind keeps the template of its pods; a Pod is its own. */
export const TEMPLATE_PATHS: Readonly<Record<string, readonly string[]>> = Object.freeze({
  Pod: [],
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
});

const GROUPS: readonly string[] = ['', 'apps', 'batch', 'extensions'];

/** True for objects that are pods or make them. */
export function isWorkload({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  return Object.hasOwn(TEMPLATE_PATHS, kind) && GROUPS.includes(apiGroup(apiVersion));
}

/** `spec` of a Pod, or of a template of pods. Fields that we do not read or write are kept as they are. */
export interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly securityContext?: PodSecurityContext;
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly enableServiceLinks?: boolean;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly [field: string]: unknown;
}

export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly securityContext?: SecurityContext;
  readonly resources?: Resources;
  readonly volumeMounts?: readonly VolumeMount[];
  readonly [field: string]: unknown;
}

/** What a pod and a container can both say. */
interface SharedSecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly seccompProfile?: Profile;
  /** From Kubernetes 1.30; before, there were annotations. */
  readonly appArmorProfile?: Profile;
  readonly [field: string]: unknown;
}

export interface PodSecurityContext extends SharedSecurityContext {
  readonly fsGroup?: number;
  readonly fsGroupChangePolicy?: 'OnRootMismatch' | 'Always';
}

export interface SecurityContext extends SharedSecurityContext {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
}

export interface Profile {
  readonly type?: string;
  readonly localhostProfile?: string;
}

export interface Resources {
  readonly requests?: Readonly<Record<string, string | number>>;
  readonly limits?: Readonly<Record<string, string | number>>;
  readonly [field: string]: unknown;
}

export interface Volume {
  readonly name: string;
  readonly [source: string]: unknown;
}

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
  readonly [field: string]: unknown;
}

/** The pods that an object makes. */
export interface PodTemplate {
  /** Where the template stands in the object; empty for a Pod. */
  readonly path: readonly string[];
  readonly labels: unknown;
  readonly annotations: unknown;
  readonly spec: PodSpec;
}

/** The pods of an object; undefined if it makes none, or its spec is missing. */
export function podTemplate(object: KubeObject): PodTemplate | undefined {
  if (!isWorkload(object)) return undefined;
  const path = TEMPLATE_PATHS[object.kind] ?? [];
  const template = at(object, ...path);
  const spec = field(template, 'spec');
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) return undefined;
  const metadata = field(template, 'metadata');
  return {
    path,
    labels: field(metadata, 'labels'),
    annotations: field(metadata, 'annotations'),
    spec: spec as PodSpec,
  };
}

/** The object with other pods. */
export function withPodTemplate(
  object: KubeObject,
  change: { readonly spec: PodSpec; readonly annotations?: Readonly<Record<string, string>> },
): KubeObject {
  const replace = (value: unknown, path: readonly string[]): unknown => {
    const [key, ...rest] = path;
    if (key !== undefined) return { ...(value as object), [key]: replace(field(value, key), rest) };
    const { spec, annotations } = change;
    const metadata = field(value, 'metadata') as object | undefined;
    const withAnnotations = annotations === undefined ? {} : { metadata: { ...metadata, annotations } };
    return { ...(value as object), ...withAnnotations, spec };
  };
  return replace(object, TEMPLATE_PATHS[object.kind] ?? []) as KubeObject;
}

/** Lists of a pod's spec that hold containers. */
export const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;
export type ContainerList = (typeof CONTAINER_LISTS)[number];

/** A container and where it stands in the spec of its pod. */
export interface PlacedContainer {
  readonly container: Container;
  readonly list: ContainerList;
  readonly path: readonly (string | number)[];
}

/** Every container of a pod, those that start first in front. What is no map is left out: the API server refuses it. */
export function containersOf(
  spec: PodSpec,
  lists: readonly ContainerList[] = CONTAINER_LISTS,
): readonly PlacedContainer[] {
  return lists.flatMap((name) =>
    list(spec[name]).flatMap((container, index) =>
      typeof container === 'object' && container !== null
        ? [{ container: container as Container, list: name, path: [name, index] }]
        : [],
    ),
  );
}

/** What messages call a container. */
export function containerText({ container, list: name }: PlacedContainer): string {
  const kind =
    name === 'containers' ? 'container' : name === 'initContainers' ? 'init container' : 'ephemeral container';
  return `${kind} '${container.name ?? ''}'`;
}
