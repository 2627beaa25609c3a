export { type Analysis, type AnalysisOptions, analyse } from './analysis';
export type { Connection, L7Rule, Protocol, Segment } from './connection/connection';
export { type AnalysisDialect, type CiliumVersion, formatDialect, parseDialect } from './dialect';
export type { ReachGraph } from './graph/graph';
export { type LoadOptions, loadManifests, manifestsOf } from './load/load';
export type { Manifest, Manifests, NamedPort, Namespace, Service, Source, Workload } from './load/manifests';
export { withStrangers } from './load/stranger';
export type { End } from './universe/end';
export type { Universe } from './universe/universe';
