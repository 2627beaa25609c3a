import type { Analysis } from '../analysis';
import { isCilium } from './raw-rules';
import { placeIn, type Rule, type RuleFinding } from './rule';

/**
 * The one annotation below these prefixes that Cilium reads from a policy. `no-track-port` it reads from pods, and
 * nothing has to do with auditing.
 * @see https://github.com/cilium/cilium/blob/v1.19.4/pkg/annotation/k8s.go
 */
const READ = new Set(['policy.cilium.io/name']);
const PREFIXES = ['policy.cilium.io/', 'io.cilium.policy/', 'io.cilium.policy.', 'networkpolicy.cilium.io/'];

/** Finds annotations that look as if they changed how a policy is enforced, and that nothing reads. */
export const fakeAnnotation: Rule = {
  id: 'fake-annotation',
  severity: 'error',
  title: 'An annotation that nothing reads',
  *check({ manifests }: Analysis): Iterable<RuleFinding> {
    for (const manifest of manifests.policies) {
      for (const key of Object.keys(manifest.object.metadata.annotations ?? {})) {
        if (READ.has(key) || !PREFIXES.some((prefix) => key.startsWith(prefix))) continue;
        yield {
          at: placeIn(manifest, ['metadata', 'annotations', key]),
          message: `nothing reads the annotation ${key}: ${key.includes('audit') ? 'the policy enforces at once, as if it were not there' : 'the policy is enforced as if it were not there'}`,
          fix: `remove it; to try a policy without denying anything, ${isCilium(manifest) ? '' : 'write it as a CiliumNetworkPolicy and '}set spec.enableDefaultDeny to false for ingress and egress`,
        };
      }
    }
  },
};
