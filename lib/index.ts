export { dialectOf } from './environment/dialect';
export type { DialectSettings, Environment } from './environment/environment';
export {
  type Finding,
  FindingsError,
  formatFinding,
  InvalidValueError,
  type Problem,
  type Severity,
  type Where,
} from './finding';
export { CLUSTER_LIMITS, DEFAULT_HEADROOM } from './fleet/budget';
export type { FleetCluster, FleetWorkspace } from './fleet/cluster';
export type { Demand, Resource } from './fleet/demand';
export type { BundleEndpoint } from './fleet/federation';
export {
  Fleet,
  type FleetOptions,
  type FleetProps,
  type FleetResult,
  type FleetSite,
  type PlannedFleet,
} from './fleet/fleet';
export {
  type ClusterPlan,
  type FleetGrowth,
  type FleetPlan,
  type Move,
  movesBetween,
  type NextCluster,
} from './fleet/plan';
export type { Allowlist, AllowlistEntry } from './model/allowlist';
export type {
  Authorization,
  AuthorizedAgent,
  DelegationGrant,
  MessageGrant,
  ReadGrant,
  TaskGrant,
  VaultGrant,
} from './model/authorization/authorization';
export { type Cluster, DEFAULT_CLUSTER } from './model/cluster';
export type { Direction } from './model/component';
export type { DeliverySource } from './model/delivery-source';
export type { DnsName, Edge, EdgeEnd, L7 } from './model/edge';
export {
  DEFAULT_EGRESS_SETTINGS,
  type EgressLogLevel,
  type EgressSetting,
  type EgressSettings,
} from './model/egress-settings';
export type { Identity } from './model/identity/identity';
export type { TlsMode } from './model/identity/mtls';
export { formatSpiffeId, type SpiffeId, spiffeId } from './model/identity/spiffe-id';
export type { HttpRule } from './model/l7';
export type { Labels } from './model/label';
export {
  type CidrPeer,
  type Entity,
  type EntityPeer,
  type FqdnPeer,
  type InternetPeer,
  type NamespacePeer,
  Peer,
  type PodsPeer,
} from './model/peer';
export { Port, type Protocol } from './model/port';
export type { Layer, Stage, StageSetting, Stages } from './model/stage';
export { AdmissionPolicies, type AdmissionPoliciesProps } from './platform/admission-policies';
export { type AgentGrants, type AuthorizationProps, AuthorizationService } from './platform/authorization';
export { Component, type ComponentProps } from './platform/component';
export { Connections, type ConnectionsProps, type EdgeOptions, type IConnectable } from './platform/connections';
export { DriftCheck, type DriftCheckProps } from './platform/drift-check';
export { ExecutionPlane } from './platform/execution-plane';
export { ExternalSystem, type ExternalSystemProps } from './platform/external-system';
export { IdentityRegistration, type IdentityRegistrationProps } from './platform/identity-registration';
export type { IdentifyOptions, NodeAliasSettings, PlatformIdentityProps } from './platform/identity-registry';
export { DEFAULT_LABEL_SCHEME, type LabelScheme } from './platform/label-scheme';
export { ManagedNamespace, type NamespaceSettings, type PodSecurityExemption } from './platform/managed-namespace';
export { Platform, type PlatformProps } from './platform/platform';
export { Service, type ServiceProps } from './platform/service';
export { Agents, Workspace, type WorkspaceProps } from './platform/workspace';
export { defineProgram, type Program } from './program/program';
export type { DistrolessSettings, ProvenanceSigner } from './render/admission/distroless';
export type { Deployer } from './render/admission/requester';
export { cilium } from './render/network/cilium';
export type { CiliumVersion } from './render/network/cilium-version';
export type { DefaultDenyScope, Dialect, Refusal, RenderedPolicy } from './render/network/dialect';
export { kubernetes } from './render/network/kubernetes';
export type { Alert, AlertTest, FiringAlert } from './render/observability/alert';
export type { Metric, MetricLabel } from './render/observability/metric';
export { type ToolPolicy, toolPolicy } from './render/tools/tool-policy';
export { type HardenOptions, harden } from './render/workload/harden';
export type { WorkspaceQuota } from './render/workload/quota';
export { type SecretDelivery, type SecretFiles, secretFileMode } from './render/workload/secret-files';
export type { PodToken } from './render/workload/token';
export type { PodVariables } from './render/workload/variables';
export { type WorkloadProblem, workloadProblems } from './render/workload/workload-problem';
export type { PortariumAuthorization, WorkspaceGrant, WorkspaceGrants } from './stacks/portarium/authorization';
export type { PortariumIdentity, PortariumRegistrationJob } from './stacks/portarium/identity';
export type {
  PortariumDrift,
  PortariumObservability,
  WatchedDeployment,
} from './stacks/portarium/observability-settings';
export { Portarium, type PortariumProps } from './stacks/portarium/portarium';
export { PortariumReference } from './stacks/portarium/portarium-reference';
export type {
  ForcedStep,
  PortariumAdmission,
  PortariumLabels,
  PortariumNamespaces,
  PortariumOrchestrator,
  PortariumPorts,
  PortariumRollout,
  PortariumSelectors,
  PortariumSettings,
  PortariumWorkspace,
} from './stacks/portarium/settings';
export { Sdr, type SdrProps } from './stacks/sdr/sdr';
export type { SdrPods, SdrSettings, TetragonBridgeSettings } from './stacks/sdr/settings';
export { type ArgoOptions, argo } from './synth/delivery/argo';
export type { DeliveredFolder, Delivery, DeliveryFile } from './synth/delivery/delivery';
export { type FluxOptions, flux } from './synth/delivery/flux';
export { ManifestDocument, type ManifestDocumentProps } from './synth/manifest-document';
export { type ManifestContent, ManifestObject, type ManifestObjectProps } from './synth/manifest-object';
export { type SynthesisResult, type SynthesizeOptions, synthesize } from './synth/synthesize';
