import type { Workload } from 'cdk8s-plus-28';
import type { Problem } from '../finding';

/** What keeps the policy of a namespace from holding for a workload. */
export function governedProblem(workload: Workload, namespace: string): Problem | undefined {
  const { name, hostNetwork, metadata } = workload;
  if (hostNetwork) {
    return {
      message: `workload '${name}' is on the host's network, where no policy for pods is enforced`,
      fix: 'set hostNetwork: false',
    };
  }
  if (metadata.namespace === namespace) return undefined;
  return {
    message: `workload '${name}' is in namespace '${metadata.namespace ?? 'default'}', its policy in '${namespace}'`,
    fix: `give the workload metadata.namespace '${namespace}'`,
  };
}
