export { type Analysis, type AnalysisOptions, analyse } from './analysis';
export { type DiffOptions, diff } from './answer/diff';
export type { ChangeGroup, ChangeKind, ChangeTag, Difference, DifferenceSide, GroupEnd } from './answer/difference';
export { explain } from './answer/explain';
export type { ExplainQuery, Explanation, NearRule, Side, Verdict } from './answer/explanation';
export { type FailOn, failing, parseFailOn } from './answer/fail-on';
export type { Grants, Place } from './answer/grant';
export { formatPeer, interestOf, type Peer, parsePeer } from './answer/peer';
export { formatPort, parsePort } from './answer/port-query';
export { reach } from './answer/reach';
export type { OutsideEnd, ReachEnd, WorkloadEnd } from './answer/reach-end';
export type { ReachPair, ReachQuery } from './answer/reach-pair';
export {
  type CheckFinding,
  type CheckOptions,
  type CheckResult,
  check,
  type SuppressedFinding,
  type Suppression,
} from './check';
export type { Connection, L7Rule, Protocol, Segment } from './connection/connection';
export { type AnalysisDialect, type CiliumVersion, formatDialect, parseDialect } from './dialect';
export type { Recording } from './flow/read-flows';
export type { SkipKind, Skipped } from './flow/skipped';
export { CHECK_FORMATS, type CheckFormat, checkAs } from './format/check-format';
export { diffJson } from './format/diff-json';
export { diffMarkdown } from './format/diff-markdown';
export { diffText } from './format/diff-text';
export { explainJson } from './format/explain-json';
export { explainText } from './format/explain-text';
export { IDENTITY_FORMATS, type IdentityFormat, identityAs } from './format/identity-format';
export type { IdentityReport } from './format/identity-report';
export type { IdentityJson } from './format/identity-schema';
export type { CheckJson, DiffJson, ExplainJson, ReachJson } from './format/json-schema';
export { REACH_FORMATS, type ReachFormat, reachAs } from './format/reach-format';
export { REPLAY_FORMATS, type ReplayFormat, replayAs } from './format/replay-format';
export type { ReplayJson } from './format/replay-schema';
export type { ReachGraph } from './graph/graph';
export type { PortRange } from './graph/port-ranges';
export type { IdentityEntry, Registrar } from './identity/entry';
export { type IdentityVerification, verifyIdentities } from './identity/verify-identities';
export { type LoadOptions, loadManifests, manifestsOf } from './load/load';
export type { Manifest, Manifests, NamedPort, Namespace, Service, Source, Workload } from './load/manifests';
export { withStrangers } from './load/stranger';
export {
  type Doubt,
  OUTCOMES,
  type Outcome,
  type OutcomeCount,
  type Reason,
  type Replay,
  type ReplayEnd,
  type ReplayGroup,
  type Sides,
} from './replay/outcome';
export { type ReplayOptions, replay } from './replay/replay';
export { RULES } from './rules/index';
export type { Place as RulePlace, Rule, RuleFinding } from './rules/rule';
export type { End } from './universe/end';
export type { Universe } from './universe/universe';
