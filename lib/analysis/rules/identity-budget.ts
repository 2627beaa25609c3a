import type { Analysis } from '../analysis';
import type { Workload } from '../load/manifests';
import { identityKey } from './identities';
import { workloadText } from './pods-text';
import { placeIn, type Rule, type RuleFinding } from './rule';

/** Identities of a cluster. Addresses and host names have identities of each node, 16 million of them. */
export const CLUSTER_IDENTITIES = 65_535;
const WARN_FROM = 0.75;

/**
 * Counts the identities that the workloads need: one for each namespace, service account and set of labels. Pods for
 * which none is left do not start.
 * @see https://docs.cilium.io/en/stable/operations/performance/scalability/identity-relevant-labels/
 * @see https://github.com/cilium/cilium/blob/v1.19.4/pkg/identity/numericidentity.go
 */
export const identityBudget: Rule = {
  id: 'identity-budget',
  severity: 'warning',
  title: 'Labels that use up the identities of the cluster',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    if (analysis.dialect.kind !== 'cilium') return;
    const pods = analysis.manifests.workloads.filter(({ hostNetwork }) => !hostNetwork);
    const count = new Set(pods.map(identityKey)).size;
    if (count < CLUSTER_IDENTITIES * WARN_FROM) return;
    const declared = pods.find(({ source }) => source !== undefined);
    const [policy] = analysis.manifests.policies;
    const at =
      declared?.source !== undefined
        ? { object: `${declared.kind} ${workloadText(declared)}`, source: declared.source, path: [] }
        : policy === undefined
          ? undefined
          : placeIn(policy);
    if (at === undefined) return;
    const { key, values } = busiestLabel(pods);
    yield {
      at,
      severity: count > CLUSTER_IDENTITIES ? 'error' : 'warning',
      message: `the pods need ${count.toLocaleString('en')} of the ${CLUSTER_IDENTITIES.toLocaleString('en')} identities of a cluster; ${key} alone has ${values.toLocaleString('en')} values`,
      fix: `leave ${key} out of Cilium's identity-relevant labels if no policy selects by it, or use several clusters`,
    };
  },
};

function busiestLabel(pods: readonly Workload[]): { readonly key: string; readonly values: number } {
  const values = new Map<string, Set<string>>();
  for (const { labels } of pods) {
    for (const [key, value] of Object.entries(labels)) {
      const known = values.get(key);
      if (known === undefined) values.set(key, new Set([value]));
      else known.add(value);
    }
  }
  const [busiest] = [...values].sort(([a, some], [b, others]) => others.size - some.size || (a < b ? -1 : 1));
  return { key: busiest?.[0] ?? 'no label', values: busiest?.[1].size ?? 0 };
}
