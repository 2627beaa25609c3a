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
export type { Allowlist, AllowlistEntry } from './model/allowlist';
export { type Cluster, DEFAULT_CLUSTER } from './model/cluster';
export type { Direction } from './model/component';
export type { DnsName, Edge, EdgeEnd, L7 } from './model/edge';
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
export type { Stage } from './model/stage';
export { Component, type ComponentProps } from './platform/component';
export { Connections, type ConnectionsProps, type EdgeOptions, type IConnectable } from './platform/connections';
export { ExecutionPlane } from './platform/execution-plane';
export { ExternalSystem, type ExternalSystemProps } from './platform/external-system';
export { DEFAULT_LABEL_SCHEME, type LabelScheme } from './platform/label-scheme';
export { ManagedNamespace, type NamespaceSettings } from './platform/managed-namespace';
export { Platform, type PlatformProps } from './platform/platform';
export { Service, type ServiceProps } from './platform/service';
export { Agents, Workspace, type WorkspaceProps } from './platform/workspace';
export { defineProgram, type Program } from './program/program';
export { cilium } from './render/network/cilium';
export type { CiliumVersion } from './render/network/cilium-version';
export type { DefaultDenyScope, Dialect, Refusal, RenderedPolicy } from './render/network/dialect';
export { kubernetes } from './render/network/kubernetes';
export type { Alert, AlertTest, FiringAlert } from './render/observability/alert';
export type { Metric, MetricLabel } from './render/observability/metric';
export type {
  PortariumObservability,
  WatchedCronJob,
  WatchedDeployment,
} from './stacks/portarium/observability-settings';
export { Portarium, type PortariumProps } from './stacks/portarium/portarium';
export { PortariumReference } from './stacks/portarium/portarium-reference';
export type {
  PortariumLabels,
  PortariumNamespaces,
  PortariumPorts,
  PortariumSelectors,
  PortariumSettings,
  PortariumWorkspace,
} from './stacks/portarium/settings';
export { Sdr, type SdrProps } from './stacks/sdr/sdr';
export type { SdrPods, SdrSettings, TetragonBridgeSettings } from './stacks/sdr/settings';
export { ManifestDocument, type ManifestDocumentProps } from './synth/manifest-document';
export { type ManifestContent, ManifestObject, type ManifestObjectProps } from './synth/manifest-object';
export { type SynthesisResult, type SynthesizeOptions, synthesize } from './synth/synthesize';
