import type { Analysis } from '../analysis';
import type { PodSelector } from '../policy/requirement';
import { Governance } from './governed-pods';
import { grouped } from './grouped';
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
      const field = manifest.object.apiVersion.startsWith('cilium.io/') ? 'endpointSelector' : 'podSelector';
      yield {
        at: placeIn(manifest, [...path, field]),
        message: `the policy governs no pod: none in the manifests matches ${selectorText(subjects)}`,
        fix: 'correct the labels, or remove the policy',
      };
    }
  },
};

/** True for policies for whatever comes: all pods but some. */
function isCatchAll(subjects: PodSelector): boolean {
  return subjects.every(({ attribute, operator }) => {
    return attribute === 'namespace' || operator === 'NotIn' || operator === 'DoesNotExist';
  });
}
