import { field } from './field';
import { apiGroup, type KubeObject } from './object';

/** Whether objects of a kind live in a namespace. */
export type Scope = 'Cluster' | 'Namespaced';

const BY_GROUP: Readonly<Record<string, { readonly cluster?: string; readonly namespaced?: string }>> = {
  '': {
    cluster: 'Namespace Node PersistentVolume ComponentStatus',
    namespaced:
      'Binding ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount',
  },
  'admissionregistration.k8s.io': {
    cluster:
      'MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration',
  },
  'apiextensions.k8s.io': { cluster: 'CustomResourceDefinition' },
  'apiregistration.k8s.io': { cluster: 'APIService' },
  apps: { namespaced: 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet' },
  autoscaling: { namespaced: 'HorizontalPodAutoscaler' },
  batch: { namespaced: 'CronJob Job' },
  'certificates.k8s.io': {
    cluster: 'CertificateSigningRequest ClusterTrustBundle',
    namespaced: 'PodCertificateRequest',
  },
  'coordination.k8s.io': { namespaced: 'Lease LeaseCandidate' },
  'discovery.k8s.io': { namespaced: 'EndpointSlice' },
  'events.k8s.io': { namespaced: 'Event' },
  'flowcontrol.apiserver.k8s.io': { cluster: 'FlowSchema PriorityLevelConfiguration' },
  'networking.k8s.io': { cluster: 'IngressClass IPAddress ServiceCIDR', namespaced: 'Ingress NetworkPolicy' },
  'node.k8s.io': { cluster: 'RuntimeClass' },
  policy: { namespaced: 'PodDisruptionBudget' },
  'rbac.authorization.k8s.io': { cluster: 'ClusterRole ClusterRoleBinding', namespaced: 'Role RoleBinding' },
  'resource.k8s.io': {
    cluster: 'DeviceClass DeviceTaintRule ResourcePoolStatusRequest ResourceSlice',
    namespaced: 'ResourceClaim ResourceClaimTemplate',
  },
  'scheduling.k8s.io': { cluster: 'PriorityClass' },
  'storagemigration.k8s.io': { cluster: 'StorageVersionMigration' },
  'storage.k8s.io': {
    cluster: 'CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass',
    namespaced: 'CSIStorageCapacity',
  },
  'cilium.io': {
    cluster:
      'CiliumBGPAdvertisement CiliumBGPClusterConfig CiliumBGPNodeConfig CiliumBGPNodeConfigOverride CiliumBGPPeerConfig CiliumCIDRGroup CiliumClusterwideEnvoyConfig CiliumClusterwideNetworkPolicy CiliumEgressGatewayPolicy CiliumEndpointSlice CiliumIdentity CiliumL2AnnouncementPolicy CiliumLoadBalancerIPPool CiliumNode CiliumPodIPPool TracingPolicy',
    namespaced:
      'CiliumEndpoint CiliumEnvoyConfig CiliumGatewayClassConfig CiliumLocalRedirectPolicy CiliumNetworkPolicy CiliumNodeConfig TracingPolicyNamespaced',
  },
  'kyverno.io': {
    cluster: 'ClusterCleanupPolicy ClusterPolicy GlobalContextEntry',
    namespaced: 'CleanupPolicy Policy PolicyException UpdateRequest',
  },
  'policies.kyverno.io': {
    cluster: 'DeletingPolicy GeneratingPolicy ImageValidatingPolicy MutatingPolicy ValidatingPolicy',
    namespaced:
      'NamespacedDeletingPolicy NamespacedGeneratingPolicy NamespacedImageValidatingPolicy NamespacedMutatingPolicy NamespacedValidatingPolicy PolicyException',
  },
  'monitoring.coreos.com': {
    namespaced:
      'Alertmanager AlertmanagerConfig PodMonitor Probe Prometheus PrometheusAgent PrometheusRule ScrapeConfig ServiceMonitor ThanosRuler',
  },
  'spire.spiffe.io': { cluster: 'ClusterFederatedTrustDomain ClusterSPIFFEID ClusterStaticEntry' },
};

const SCOPES: ReadonlyMap<string, Scope> = new Map(
  Object.entries(BY_GROUP).flatMap(([group, { cluster = '', namespaced = '' }]) => [
    ...cluster.split(' ').map((kind): [string, Scope] => [`${group}/${kind}`, 'Cluster']),
    ...namespaced.split(' ').map((kind): [string, Scope] => [`${group}/${kind}`, 'Namespaced']),
  ]),
);

/**
 * Where objects of a kind live, for the kinds of Kubernetes 1.36 and of the projects that we render for: Cilium 1.19,
 * Tetragon, Kyverno 1.19, the Prometheus operator and SPIRE's controller manager, as their definitions say.
 * @returns undefined for kinds that nobody knows here
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#not-all-objects-are-in-a-namespace
 */
export function scopeOf({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): Scope | undefined {
  return SCOPES.get(`${apiGroup(apiVersion)}/${kind}`);
}

/** The `group/Kind` that a CustomResourceDefinition brings, and where its objects live. */
export function definedScope(definition: KubeObject): readonly [groupKind: string, scope: Scope] | undefined {
  const spec = field(definition, 'spec');
  const [group, kind, scope] = [field(spec, 'group'), field(field(spec, 'names'), 'kind'), field(spec, 'scope')];
  if (typeof group !== 'string' || typeof kind !== 'string') return undefined;
  return scope === 'Cluster' || scope === 'Namespaced' ? [`${group}/${kind}`, scope] : undefined;
}
