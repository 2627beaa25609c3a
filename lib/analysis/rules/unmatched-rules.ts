import { NAMESPACE_NAME_LABEL } from '../../kube/selector';
import type { Analysis } from '../analysis';
import { resolvePorts } from '../graph/port-ranges';
import type { Workload } from '../load/manifests';
import type { PeerModel } from '../policy/policy-model';
import { Governance, type GoverningRule, isEmptySet, membersOf } from './governed-pods';
import { isMap } from './raw-rules';

/** A rule that is for nobody, and what part of it selects nothing. */
export interface UnmatchedRule {
  readonly rule: GoverningRule;
  readonly part: 'peers' | 'emptyList' | 'ports';
}

/**
 * Rules for pods that are not there, as far as that can be told: a selector is judged only where it names namespaces of
 * which some pods are known.
 */
export function* unmatchedRules(analysis: Analysis): Generator<UnmatchedRule> {
  const governance = Governance.of(analysis);
  const populated = new Set(analysis.manifests.workloads.map(({ namespace }) => namespace));
  for (const rule of governance.rules) {
    if (governance.groupsOf(rule.part).length === 0) continue;
    const { peers } = rule.rule;
    if (peers.length === 0) {
      if (!isExplained(rule)) yield { rule, part: 'emptyList' };
    } else if (peers.every((peer) => isNobody(peer, analysis, populated))) yield { rule, part: 'peers' };
    else if (hasUnknownPorts(rule, analysis, governance)) yield { rule, part: 'ports' };
  }
}

/** `- {}` allows nothing and is there to deny by default. Services that are missing were found when it was read. */
function isExplained({ policy, rule }: GoverningRule): boolean {
  const written = rule.path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    policy.manifest.object,
  );
  return (
    written === null || (isMap(written) && (Object.keys(written).length === 0 || written.toServices !== undefined))
  );
}

function isNobody(peer: PeerModel, analysis: Analysis, populated: ReadonlySet<string>): boolean {
  if (peer.kind !== 'pods' || !isEmptySet(analysis.universe.peer(peer))) return false;
  const names = peer.selector.find(({ attribute, key, operator }) => {
    const isName = attribute === 'namespace' || (attribute === 'namespaceLabel' && key === NAMESPACE_NAME_LABEL);
    return isName && operator === 'In';
  });
  return names?.values.every((name) => populated.has(name)) === true;
}

/** True if the rule names its ports, and pods whose manifests list ports have none of these names. */
function hasUnknownPorts({ rule, part }: GoverningRule, analysis: Analysis, governance: Governance): boolean {
  const { ports } = rule;
  if (ports === undefined || ports.length === 0 || !ports.every((port) => 'name' in port)) return false;
  const servers =
    part.direction === 'ingress'
      ? governance.groupsOf(part).flatMap(({ ends }) => ends)
      : membersOf(governance.peersOf(rule));
  const workloads = servers.flatMap((end): readonly Workload[] => {
    const found = analysis.universe.ends[end];
    return found?.kind === 'pods' ? found.workloads : [];
  });
  return (
    workloads.length > 0 &&
    workloads.every((workload) => workload.ports.length > 0 && resolvePorts(ports, workload.ports).length === 0)
  );
}
