import type { Labels } from '../label';

/** One fact about a process that a SPIRE agent attests; an entry holds for processes with all of its selectors. */
export interface Selector {
  /** The attestor: `k8s` for workloads, `k8s_psat` for nodes. */
  readonly type: string;
  readonly value: string;
}

/**
 * Selectors of a workload, always with namespace and service account: labels alone belong to whoever may create pods,
 * and are the same in every namespace.
 * @see pkg/agent/plugin/workloadattestor/k8s/k8s.go of SPIRE 1.15.3 (`pod-label:%s:%s`)
 */
export function workloadSelectors(namespace: string, serviceAccount: string, podLabels: Labels): readonly Selector[] {
  return [
    { type: 'k8s', value: `ns:${namespace}` },
    { type: 'k8s', value: `sa:${serviceAccount}` },
    ...Object.keys(podLabels)
      .sort()
      .map((key) => ({ type: 'k8s', value: `pod-label:${key}:${podLabels[key]}` })),
  ];
}

/** `k8s:ns:portarium-agents`, as commands and custom resources write it. */
export function formatSelector({ type, value }: Selector): string {
  return `${type}:${value}`;
}
