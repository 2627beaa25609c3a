/** JSON-like data of a Kubernetes object, as it is written to a file. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What tells two objects of a cluster apart. */
export interface ObjectKey {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** The API group of an apiVersion; empty for the core group. */
export function apiGroup(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/**
 * Text that two objects share exactly when a cluster would hold them as one: group, kind, namespace and name, since
 * versions of a group are views of the same object.
 */
export function objectIdentity(key: ObjectKey): string {
  return `${apiGroup(key.apiVersion)}/${key.kind}/${key.namespace ?? ''}/${key.name}`;
}

/** `NetworkPolicy portarium-agents/default-deny`, as kubectl users name it. */
export function formatObject(key: ObjectKey): string {
  return `${key.kind} ${key.namespace === undefined ? '' : `${key.namespace}/`}${key.name}`;
}
