import { apiGroup, type ObjectKey } from '../kube/object';

/**
 * Type token under which the Kubernetes provider knows an object, which is the one that the typed SDK registers:
 * `kubernetes:core/v1:Namespace`, `kubernetes:cilium.io/v2:CiliumNetworkPolicy`.
 * @see https://www.pulumi.com/registry/packages/kubernetes/api-docs/
 */
export function resourceType({ apiVersion, kind }: Pick<ObjectKey, 'apiVersion' | 'kind'>): string {
  return `kubernetes:${apiGroup(apiVersion) === '' ? `core/${apiVersion}` : apiVersion}:${kind}`;
}

/**
 * Name of an object's resource: what a cluster knows the object by, behind the name of the component, so that two
 * clusters can hold the same objects and the place of an object in the program does not matter:
 * `portarium/portarium-agents/NetworkPolicy/default-deny`, `portarium/Namespace/portarium-agents`.
 */
export function resourceName(component: string, { namespace, kind, name }: ObjectKey): string {
  return [component, ...(namespace === undefined ? [] : [namespace]), kind, name].join('/');
}

/** The name with the group of the kind, as kubectl writes it: `portarium/agents/NetworkPolicy.networking.k8s.io/it`. */
export function qualifiedName(component: string, key: ObjectKey): string {
  const group = apiGroup(key.apiVersion);
  return resourceName(component, { ...key, kind: group === '' ? key.kind : `${key.kind}.${group}` });
}
