import { field } from '../../kube/field';
import type { Owned } from './workload';

const POD_NAME = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX = 'apps.kubernetes.io/pod-index';
const JOB_NAMES: readonly string[] = ['job-name', 'batch.kubernetes.io/job-name'];

/** More pods than a StatefulSet has anywhere; what is beyond them is as the last. */
const MOST_PODS = 1000;

/**
 * The pods of an object with those labels of their controller that can be foretold, as far as policies select by them:
 * a StatefulSet numbers its pods, and a Job names them after itself.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-name-label
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-labels
 */
export function withControllerLabels(owned: Owned, selected: ReadonlySet<string>): readonly Owned[] {
  const { object, workload } = owned;
  if (object.kind === 'StatefulSet' && (selected.has(POD_NAME) || selected.has(POD_INDEX))) {
    return ordinals(object.spec).map((ordinal) => {
      const name = `${workload.name}-${ordinal}`;
      return { object, workload: { ...workload, kind: 'Pod', name, labels: numbered(owned, name, ordinal) } };
    });
  }
  if (object.kind === 'Job') {
    const names = JOB_NAMES.filter((key) => selected.has(key)).map((key) => [key, workload.name] as const);
    return [{ object, workload: { ...workload, labels: { ...Object.fromEntries(names), ...workload.labels } } }];
  }
  return [owned];
}

function numbered({ workload }: Owned, name: string, ordinal: number): Readonly<Record<string, string>> {
  return { ...workload.labels, [POD_NAME]: name, [POD_INDEX]: String(ordinal) };
}

function ordinals(spec: unknown): readonly number[] {
  const count = wholeNumber(field(spec, 'replicas')) ?? 1;
  const start = wholeNumber(field(field(spec, 'ordinals'), 'start')) ?? 0;
  // Without a pod today, there may be one tomorrow.
  return Array.from({ length: Math.min(Math.max(count, 1), MOST_PODS) }, (_, index) => start + index);
}

function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}
