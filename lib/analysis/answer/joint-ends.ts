import type { Analysis } from '../analysis';
import type { Workload } from '../load/manifests';
import type { End } from '../universe/end';
import { workloadLabel } from './reach-end';

/** Peers that neither of two analyses tells apart: workloads of one namespace, or something outside. */
export interface JointEnd {
  /** Index in the one analysis; undefined where it is not there. */
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** The end itself, of either analysis. */
  readonly end: End;
  /** Namespace of the workloads; undefined for what is outside. */
  readonly namespace: string | undefined;
  /** Empty for what is outside. */
  readonly workloads: readonly Workload[];
}

export interface JointEnds {
  readonly ends: readonly JointEnd[];
  /** Labels of workloads that only one of the two has. */
  readonly appeared: readonly string[];
  readonly disappeared: readonly string[];
}

/**
 * The ends of two analyses, matched. Workloads are the same if they are called the same; addresses if both analyses were
 * made with the same interest, so that they part them alike.
 */
export function jointEnds(before: Analysis, after: Analysis): JointEnds {
  const [olds, nows] = [placed(before), placed(after)];
  const classes = new Map<string, JointEnd & { workloads: Workload[] }>();
  for (const label of [...new Set([...olds.keys(), ...nows.keys()])].sort()) {
    const [old, now] = [olds.get(label), nows.get(label)];
    const workload = (now ?? old)?.workload as Workload;
    const key = `${old?.end} ${now?.end} ${workload.namespace}`;
    const known = classes.get(key);
    if (known !== undefined) {
      known.workloads.push(workload);
      continue;
    }
    const end = (now === undefined ? before.universe.ends[old?.end ?? -1] : after.universe.ends[now.end]) as End;
    const { namespace } = workload;
    classes.set(key, { before: old?.end, after: now?.end, end, namespace, workloads: [workload] });
  }
  return {
    ends: [...classes.values(), ...outside(before, after)],
    appeared: [...nows.keys()].filter((label) => !olds.has(label)).sort(),
    disappeared: [...olds.keys()].filter((label) => !nows.has(label)).sort(),
  };
}

interface Placed {
  readonly end: number;
  readonly workload: Workload;
}

function placed({ universe }: Analysis): ReadonlyMap<string, Placed> {
  const found = new Map<string, Placed>();
  for (const [index, end] of universe.ends.entries()) {
    if (end.kind !== 'pods') continue;
    for (const workload of end.workloads) found.set(workloadLabel(workload), { end: index, workload });
  }
  return found;
}

/** Ends outside that both analyses have; what only one dialect knows cannot be compared. */
function outside(before: Analysis, after: Analysis): readonly JointEnd[] {
  const olds = new Map(before.universe.ends.map((end, index) => [outsideKey(end), index]));
  return after.universe.ends.flatMap((end, index): JointEnd[] => {
    const key = outsideKey(end);
    const old = key === undefined ? undefined : olds.get(key);
    if (old === undefined) return [];
    return [{ before: old, after: index, end, namespace: undefined, workloads: [] }];
  });
}

/** Undefined for pods. */
function outsideKey(end: End): string | undefined {
  switch (end.kind) {
    case 'pods':
      return undefined;
    case 'addresses':
      return end.ranges.map(({ family, first, last }) => `${family} ${first}-${last}`).join();
    case 'name':
      return `name ${end.pattern}`;
    case 'entity':
      return `entity ${end.entity}`;
  }
}
