import type { Finding } from '../finding';
import { type AnalysisDialect, dialectFor } from './dialect';
import { ReachGraph } from './graph/graph';
import type { Manifests } from './load/manifests';
import { withRepresentatives } from './load/representative';
import type { PolicyModel } from './policy/policy-model';
import { readPolicies } from './policy/read-policies';
import { type Interest, Universe } from './universe/universe';

export interface AnalysisOptions extends Interest {
  /**
   * What enforces the policies.
   * @default - as the manifests' inventory says; else Cilium if there is a policy of Cilium, else plain Kubernetes
   */
  readonly dialect?: AnalysisDialect;
}

/** Manifests, and who may reach whom by them. */
export interface Analysis {
  /** What was loaded; with pods that the policies let us imagine, where it held none. */
  readonly manifests: Manifests;
  readonly dialect: AnalysisDialect;
  readonly policies: readonly PolicyModel[];
  readonly universe: Universe;
  readonly graph: ReachGraph;
  /** What could not be read or evaluated; reachability is as good as this list is short. */
  readonly findings: readonly Finding[];
}

/**
 * Computes who may reach whom from manifests alone.
 * @example
 * const analysis = analyse(loadManifests(['dist/manifests/prod']));
 */
export function analyse(loaded: Manifests, options: AnalysisOptions = {}): Analysis {
  const dialect = options.dialect ?? dialectFor(loaded);
  const { policies, findings } = readPolicies(loaded, dialect);
  const manifests = withRepresentatives(loaded, policies);
  const universe = new Universe(manifests, policies, dialect, options);
  const graph = new ReachGraph(universe, policies, dialect);
  return { manifests, dialect, policies, universe, graph, findings: [...manifests.findings, ...findings] };
}
