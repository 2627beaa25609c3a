import type { Workload } from '../load/manifests';
import type { End } from '../universe/end';

/** Number of security identities that an end stands for: pods with the same labels share one. */
export function identitiesOf(end: End | undefined): number {
  return end?.kind === 'pods' ? new Set(end.workloads.map(identityKey)).size : 1;
}

/** Text that workloads share if Cilium gives their pods one identity. */
export function identityKey({ namespace, serviceAccount, labels }: Workload): string {
  return JSON.stringify([namespace, serviceAccount, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
