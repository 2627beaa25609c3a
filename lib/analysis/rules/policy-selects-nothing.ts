import { grouped } from '../../kube/grouped';
import type { Analysis } from '../analysis';
import type { Workload } from '../load/manifests';
import { carries, namespacesByName } from '../policy/pod-attribute';
import type { PodSelector } from '../policy/requirement';
import { Governance } from './governed-pods';
import { workloadText } from './pods-text';
import { placeIn, type Rule, type RuleFinding } from './rule';
import { selectorText } from './rule-text';

/**
 * Finds policies for pods that are not there, in namespaces of which pods are known: a label that was misspelt, or has
 * changed. The pods that were meant are open.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export const policySelectsNothing: Rule = {
  id: 'policy-selects-nothing',
  severity: 'warning',
  title: 'A policy that selects no pod',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    const governance = Governance.of(analysis);
    const workloads = grouped(analysis.manifests.workloads, ({ namespace }) => namespace);
    for (const { manifest, path, subjects, parts } of analysis.policies) {
      if (parts.some((part) => governance.groupsOf(part).length > 0)) continue;
      const isClusterwide = manifest.object.kind === 'CiliumClusterwideNetworkPolicy';
      const candidates = isClusterwide
        ? analysis.manifests.workloads
        : (workloads.get(manifest.object.metadata.namespace ?? 'default') ?? []);
      if (!candidates.some(({ hostNetwork }) => !hostNetwork) || isCatchAll(subjects)) continue;
      // Of endpoints of Cilium itself no manifest tells.
      if (isClusterwide && subjects.some(({ attribute }) => attribute === 'reserved')) continue;
      const field = manifest.object.apiVersion.startsWith('cilium.io/') ? 'endpointSelector' : 'podSelector';
      yield {
        at: placeIn(manifest, [...path, field]),
        ...reasonOf(subjects, candidates, analysis),
      };
    }
  },
};

function reasonOf(
  subjects: PodSelector,
  candidates: readonly Workload[],
  analysis: Analysis,
): Pick<RuleFinding, 'message' | 'fix'> {
  const namespaces = namespacesByName(analysis.manifests.namespaces);
  const meant = candidates.find((workload) => carries(workload, subjects, namespaces));
  if (meant === undefined) {
    return {
      message: `the policy governs no pod: none in the manifests matches ${selectorText(subjects)}`,
      fix: 'correct the labels, or remove the policy',
    };
  }
  if (meant.hostNetwork) {
    return {
      message: `the policy governs no pod: ${workloadText(meant)} carries the labels and is on the host's network, where policies for pods do not reach`,
      fix: 'set hostNetwork to false, or restrict the node with a host policy of Cilium',
    };
  }
  return {
    message: `the policy governs no pod: Cilium by default leaves labels of this kind out of what it knows of ${workloadText(meant)} (${selectorText(subjects)})`,
    fix: 'select by other labels; which ones Cilium heeds is set by its option labels',
  };
}

/** True for policies for whatever comes: all pods but some. */
function isCatchAll(subjects: PodSelector): boolean {
  return subjects.every(({ attribute, operator }) => {
    return attribute === 'namespace' || operator === 'NotIn' || operator === 'DoesNotExist';
  });
}
