import type { AdmissionPolicy } from './admission-policy';
import type { Guard, GuardOptions } from './guard';
import { guardNamespaces } from './guard-namespaces';
import { guardNetworkPolicies } from './guard-network-policies';
import { guardTokens } from './guard-tokens';
import { guardTrustedPods } from './guard-trusted-pods';
import { type WorkloadPolicyOptions, workloadPolicies } from './workload-policy';

/** Every guard, in the order of its id. */
export const GUARDS: readonly Guard[] = [guardNamespaces, guardNetworkPolicies, guardTokens, guardTrustedPods];

/** Everything that the cluster holds against requests: the rules about workloads, and the guards of what grants rest on. */
export function admissionPolicies(options: WorkloadPolicyOptions & GuardOptions): readonly AdmissionPolicy[] {
  return [...workloadPolicies(options), ...GUARDS.map((guard) => guard.policy(options))];
}
