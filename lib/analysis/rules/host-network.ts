import { grouped } from '../../kube/grouped';
import type { Analysis } from '../analysis';
import { carries, namespacesByName } from '../policy/pod-attribute';
import type { PolicyModel } from '../policy/policy-model';
import { workloadText } from './pods-text';
import { isCilium } from './raw-rules';
import { placeIn, placeText, type Rule, type RuleFinding } from './rule';

/**
 * Finds pods on the host's network that policies are meant for: they have the address and the identity of their node, and
 * no policy for pods governs or names them.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods
 * @see https://docs.cilium.io/en/stable/security/host-firewall/
 */
export const hostNetwork: Rule = {
  id: 'host-network',
  severity: 'warning',
  title: "Pods on the host's network that a policy is meant for",
  *check(analysis: Analysis): Iterable<RuleFinding> {
    const workloads = analysis.manifests.workloads.filter((workload) => workload.hostNetwork);
    if (workloads.length === 0) return;
    const namespaces = namespacesByName(analysis.manifests.namespaces);
    const policies = grouped(analysis.policies, namespaceOf);
    for (const workload of workloads) {
      const candidates = [...(policies.get(workload.namespace) ?? []), ...(policies.get(undefined) ?? [])];
      const policy = candidates.find(({ subjects }) => carries(workload, subjects, namespaces));
      if (policy === undefined) continue;
      const { source } = workload;
      const field = isCilium(policy.manifest) ? 'endpointSelector' : 'podSelector';
      const place = placeIn(policy.manifest, [...policy.path, field]);
      yield {
        at: source === undefined ? place : { object: `${workload.kind} ${workloadText(workload)}`, source, path: [] },
        message: `${placeText(placeIn(policy.manifest))} does not govern ${workloadText(workload)}: its pods are on the host's network, where policies for pods do not reach`,
        fix: 'set hostNetwork to false; if the pods need it, restrict the node with a host policy of Cilium',
      };
    }
  },
};

function namespaceOf({ manifest: { object } }: PolicyModel): string | undefined {
  return object.kind === 'CiliumClusterwideNetworkPolicy' ? undefined : (object.metadata.namespace ?? 'default');
}
