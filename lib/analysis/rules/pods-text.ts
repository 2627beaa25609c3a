import { rangesToCidrs } from '../address/address-range';
import type { Analysis } from '../analysis';
import type { Workload } from '../load/manifests';
import { someOf } from './rule';

export function workloadText({ namespace, name }: Workload): string {
  return `${namespace}/${name}`;
}

/** An end for messages: `shop/web`, or what it is if it is no pod. */
export function endText({ universe }: Pick<Analysis, 'universe'>, index: number): string {
  const end = universe.ends[index];
  switch (end?.kind) {
    case 'pods':
      return someOf(end.workloads, workloadText);
    case 'addresses':
      return someOf(rangesToCidrs(end.ranges));
    case 'name':
      return end.pattern;
    case 'entity':
      return `entity ${end.entity}`;
    case undefined:
      return 'nobody';
  }
}
