import {
  limitRangeDefaults,
  namespaceDefaults,
  quotaDefaults,
  secretDefaults,
  serviceAccountDefaults,
  serviceDefaults,
} from './core-defaults';
import type { Data } from './data';
import {
  admissionBindingDefaults,
  admissionPolicyDefaults,
  bindingDefaults,
  ciliumPolicyDefaults,
  kyvernoPolicyDefaults,
  networkPolicyDefaults,
  webhookDefaults,
} from './policy-defaults';
import {
  cronJobDefaults,
  daemonSetDefaults,
  deploymentDefaults,
  jobDefaults,
  replicaSetDefaults,
  singlePodDefaults,
  statefulSetDefaults,
} from './workload-defaults';

/**
 * Gives a copy of an object what the API server would give it.
 * @param asked the object as it was rendered
 */
export type Defaults = (object: Data, asked: Data) => void;

/** What servers add, by `group Kind`. Kinds that are not here are compared as they are: nothing is known to be added. */
export const DEFAULTS: Readonly<Record<string, Defaults>> = {
  ' Namespace': namespaceDefaults,
  ' Service': serviceDefaults,
  ' ServiceAccount': serviceAccountDefaults,
  ' Secret': secretDefaults,
  ' ResourceQuota': quotaDefaults,
  ' LimitRange': limitRangeDefaults,
  ' Pod': singlePodDefaults,
  'apps Deployment': deploymentDefaults,
  'apps DaemonSet': daemonSetDefaults,
  'apps StatefulSet': statefulSetDefaults,
  'apps ReplicaSet': replicaSetDefaults,
  'batch Job': jobDefaults,
  'batch CronJob': cronJobDefaults,
  'networking.k8s.io NetworkPolicy': networkPolicyDefaults,
  'cilium.io CiliumNetworkPolicy': ciliumPolicyDefaults,
  'cilium.io CiliumClusterwideNetworkPolicy': ciliumPolicyDefaults,
  'admissionregistration.k8s.io ValidatingAdmissionPolicy': admissionPolicyDefaults,
  'admissionregistration.k8s.io ValidatingAdmissionPolicyBinding': admissionBindingDefaults,
  'admissionregistration.k8s.io MutatingAdmissionPolicy': admissionPolicyDefaults,
  'admissionregistration.k8s.io MutatingAdmissionPolicyBinding': admissionBindingDefaults,
  'admissionregistration.k8s.io ValidatingWebhookConfiguration': webhookDefaults,
  'admissionregistration.k8s.io MutatingWebhookConfiguration': webhookDefaults,
  'policies.kyverno.io ValidatingPolicy': kyvernoPolicyDefaults,
  'policies.kyverno.io NamespacedValidatingPolicy': kyvernoPolicyDefaults,
  'policies.kyverno.io ImageValidatingPolicy': kyvernoPolicyDefaults,
  'policies.kyverno.io NamespacedImageValidatingPolicy': kyvernoPolicyDefaults,
  'rbac.authorization.k8s.io RoleBinding': bindingDefaults,
  'rbac.authorization.k8s.io ClusterRoleBinding': bindingDefaults,
};

/**
 * Groups of the API server itself. They are read into types, which know no difference between an empty list and none;
 * objects of others are stored as they came.
 */
export const BUILT_IN: ReadonlySet<string> = new Set([
  '',
  'admissionregistration.k8s.io',
  'apps',
  'autoscaling',
  'batch',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);
