import type { ApiObject } from 'cdk8s';
import { apiGroup, type KubeObject } from '../../kube/object';
import { ManifestObject } from '../manifest-object';
import { isDefaultDeny, isNetworkPolicy } from './default-deny';

/**
 * What is applied together, in this order: what has to exist first; what denies, before there is anything to deny; who
 * pods are; what is allowed; the pods themselves; and who watches them.
 */
export type DeliveryStep = 'namespaces' | 'default-deny' | 'identities' | 'policies' | 'workloads' | 'alerts';

export const DELIVERY_STEPS: readonly DeliveryStep[] = Object.freeze([
  'namespaces',
  'default-deny',
  'identities',
  'policies',
  'workloads',
  'alerts',
]);

/** Kinds of the core and of Kubernetes's own groups. */
const BY_KIND: ReadonlyMap<string, DeliveryStep> = new Map<string, DeliveryStep>([
  ...(['Namespace', 'CustomResourceDefinition', 'ResourceQuota', 'LimitRange', 'PriorityClass'] as const).map(
    (kind) => [kind, 'namespaces'] as const,
  ),
  ...(['ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'] as const).map(
    (kind) => [kind, 'identities'] as const,
  ),
  ...(
    [
      'ValidatingAdmissionPolicy',
      'ValidatingAdmissionPolicyBinding',
      'MutatingAdmissionPolicy',
      'MutatingAdmissionPolicyBinding',
      'ValidatingWebhookConfiguration',
      'MutatingWebhookConfiguration',
    ] as const
  ).map((kind) => [kind, 'policies'] as const),
]);

const BY_GROUP: ReadonlyMap<string, DeliveryStep> = new Map([
  ['spire.spiffe.io', 'identities'],
  ['policies.kyverno.io', 'policies'],
  ['kyverno.io', 'policies'],
  ['cilium.io', 'policies'],
  ['monitoring.coreos.com', 'alerts'],
]);

/** Files whose objects serve one purpose, whatever their kind: the Job that registers identities, a dashboard. */
const BY_FILE: readonly (readonly [RegExp, DeliveryStep])[] = [
  [/(^|\/)(identities\/|identity\.yaml$)/, 'identities'],
  [/(^|\/)(alerts|dashboards)\//, 'alerts'],
];

/**
 * The step of a rendered object. What nobody knows comes with the workloads.
 * @param file where the object would stand without a delivery
 */
export function stepOf(manifest: KubeObject, file: string): DeliveryStep {
  const { apiVersion, kind } = manifest;
  if (isDefaultDeny(manifest)) return 'default-deny';
  if (isNetworkPolicy(kind)) return 'policies';
  const told = BY_KIND.get(kind) ?? BY_GROUP.get(apiGroup(apiVersion));
  return told ?? BY_FILE.find(([pattern]) => pattern.test(file))?.[1] ?? 'workloads';
}

/** The step of an object that is not rendered yet. Of network policies only the content tells. */
export function stepOfObject(object: ApiObject, file: string): DeliveryStep {
  const { apiVersion, kind, name } = object;
  const known = { apiVersion, kind, metadata: { name } };
  if (!isNetworkPolicy(kind)) return stepOf(known, file);
  try {
    return stepOf(ManifestObject.isManifestObject(object) ? object.manifest() : (object.toJson() as KubeObject), file);
  } catch {
    // Rendering says so again, of all objects.
    return stepOf(known, file);
  }
}

/** Where the step comes in the order, from 0. */
export function stepNumber(step: DeliveryStep): number {
  return DELIVERY_STEPS.indexOf(step);
}
