/** What the API server writes into the metadata of every object. */
export const SERVER_METADATA: readonly string[] = [
  'creationTimestamp',
  'generateName',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];

/**
 * Labels and annotations that tools which apply objects are known to add. They grant nothing. A key that ends with `/`
 * stands for all keys of that prefix. What is not here counts as a change: a label may be what a policy selects by, and
 * an annotation what a controller obeys.
 */
const KNOWN: readonly string[] = [
  // kubectl, https://kubernetes.io/docs/reference/labels-annotations-taints/
  'kubectl.kubernetes.io/last-applied-configuration',
  // The controller of Deployments, and that of DaemonSets.
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
  // The controller of Jobs, in Kubernetes 1.26 and before.
  'batch.kubernetes.io/job-tracking',
  // The webhook of the Prometheus operator, pkg/admission/admission.go of version 0.85.
  'prometheus-operator-validated',
  // Argo CD, https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
  'argocd.argoproj.io/tracking-id',
  'argocd.argoproj.io/installation-id',
  'app.kubernetes.io/instance',
  // Flux, https://fluxcd.io/flux/components/kustomize/kustomizations/
  'kustomize.toolkit.fluxcd.io/',
  // Helm and Pulumi name themselves.
  'app.kubernetes.io/managed-by',
  'meta.helm.sh/release-name',
  'meta.helm.sh/release-namespace',
  'pulumi.com/autonamed',
];

/**
 * Whether somebody who applies objects adds a label or an annotation of this key.
 * @param further keys of one's own, likewise
 */
export function isAddedKey(key: string, further: readonly string[]): boolean {
  return [...KNOWN, ...further].some((known) => (known.endsWith('/') ? key.startsWith(known) : key === known));
}
