import type { Finding } from '../../finding';
import type { AnalysisDialect } from '../dialect';
import type { Manifests } from '../load/manifests';
import { ciliumPolicy } from './cilium-policy';
import { kubernetesPolicy } from './kubernetes-policy';
import type { PolicyModel } from './policy-model';
import { PolicyReader } from './policy-reader';

/** The policies that a dialect enforces, and what is wrong with them. */
export interface ReadPolicies {
  readonly policies: readonly PolicyModel[];
  readonly findings: readonly Finding[];
}

/**
 * Reads every policy that the dialect enforces. One that the API server or Cilium's agent would refuse is left out as a
 * whole, as it would be in the cluster, and is a finding: what it would have denied is open.
 */
export function readPolicies(manifests: Manifests, dialect: AnalysisDialect): ReadPolicies {
  const policies: PolicyModel[] = [];
  const findings: Finding[] = [];
  for (const manifest of manifests.policies) {
    const reader = new PolicyReader(manifest);
    const isCilium = manifest.object.apiVersion.startsWith('cilium.io/');
    if (isCilium && dialect.kind === 'kubernetes') {
      const message = 'this policy is of Cilium, and plain Kubernetes enforces nothing of it';
      reader.report(
        'other-dialect',
        'warning',
        [],
        message,
        'analyse with --dialect cilium-1.19 if Cilium runs the network',
      );
      findings.push(...reader.findings);
      continue;
    }
    const models =
      isCilium && dialect.kind === 'cilium'
        ? ciliumPolicy(manifest, manifests, dialect.version, reader)
        : [kubernetesPolicy(manifest, dialect, reader)].filter((model) => model !== undefined);
    findings.push(...reader.findings);
    if (!reader.refused) policies.push(...models);
  }
  return { policies, findings };
}
