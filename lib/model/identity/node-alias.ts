import { InvalidValueError, type Problem } from '../../finding';
import { dnsLabelProblem, dnsSubdomainProblem } from '../name';
import type { Selector } from './selector';
import { parseSpiffeId, type SpiffeId, segmentProblem, spiffeIdProblem } from './spiffe-id';

/**
 * One name for all SPIRE agents of a cluster, so that entries have a parent that outlives nodes. Entries whose parent
 * is an alias that nobody registered issue nothing: SPIRE accepts them and never hands them to an agent.
 */
export interface NodeAlias {
  readonly spiffeId: SpiffeId;
  /** Name of the cluster in the configuration of the server's `k8s_psat` attestor. */
  readonly cluster: string;
  readonly agentNamespace: string;
  readonly agentServiceAccount: string;
}

/** An alias as it is written. */
export interface NodeAliasProps {
  /** `spiffe://portarium.dev/spire-agent`. */
  readonly spiffeId: string;
  readonly cluster: string;
  readonly agentNamespace: string;
  readonly agentServiceAccount: string;
}

/** Everything that keeps an alias from being registered. */
export function nodeAliasProblems(alias: NodeAliasProps): readonly Problem[] {
  return [
    spiffeIdProblem(alias.spiffeId),
    // It becomes a segment of the agents' own IDs: /spire/agent/k8s_psat/<cluster>/<node>.
    segmentProblem(alias.cluster),
    dnsLabelProblem(alias.agentNamespace, 'namespace of the SPIRE agents'),
    dnsSubdomainProblem(alias.agentServiceAccount, 'service account of the SPIRE agents'),
  ].filter((problem) => problem !== undefined);
}

/**
 * Checks an alias and freezes it.
 * @throws InvalidValueError with the first of the problems that nodeAliasProblems lists
 */
export function nodeAlias(of: NodeAliasProps): NodeAlias {
  const [problem] = nodeAliasProblems(of);
  if (problem !== undefined) throw new InvalidValueError(problem);
  const { cluster, agentNamespace, agentServiceAccount } = of;
  return Object.freeze({ spiffeId: parseSpiffeId(of.spiffeId), cluster, agentNamespace, agentServiceAccount });
}

/** @see doc/plugin_server_nodeattestor_k8s_psat.md of SPIRE 1.15.3 */
export function nodeSelectors({ cluster, agentNamespace, agentServiceAccount }: NodeAlias): readonly Selector[] {
  return [
    { type: 'k8s_psat', value: `cluster:${cluster}` },
    { type: 'k8s_psat', value: `agent_ns:${agentNamespace}` },
    { type: 'k8s_psat', value: `agent_sa:${agentServiceAccount}` },
  ];
}
