import type { Analysis } from '../analysis';
import { isMap, writtenSpecs } from './raw-rules';
import { placeIn, type Rule, type RuleFinding } from './rule';

/**
 * Finds clusterwide policies for all pods of the cluster that deny by default: kube-system is part of it, and without
 * DNS nothing else works.
 * @see https://docs.cilium.io/en/stable/security/policy/kubernetes/#clusterwide-policies
 */
export const clusterwideForEveryone: Rule = {
  id: 'clusterwide-for-everyone',
  severity: 'warning',
  title: 'A clusterwide policy that isolates every pod',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    for (const { manifest, spec, path } of writtenSpecs(analysis)) {
      const { endpointSelector } = spec;
      if (manifest.object.kind !== 'CiliumClusterwideNetworkPolicy' || !isMap(endpointSelector)) continue;
      if (!['matchLabels', 'matchExpressions'].every((field) => isEmpty(endpointSelector[field]))) continue;
      const isolates = analysis.policies.some((policy) => {
        return (
          policy.manifest === manifest &&
          policy.path.join() === path.join() &&
          policy.parts.some((part) => part.isolates)
        );
      });
      if (!isolates) continue;
      yield {
        at: placeIn(manifest, [...path, 'endpointSelector']),
        message: 'the policy denies by default for every pod of the cluster, those of kube-system included',
        fix: 'leave out the namespaces of the system: io.kubernetes.pod.namespace NotIn [kube-system]',
      };
    }
  },
};

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || Object.keys(value).length === 0;
}
