import { type AddressRange, everyAddress, joinRanges, rangesToCidrs } from '../address/address-range';
import type { Workload } from '../load/manifests';
import { RESERVED_ENTITIES } from '../policy/policy-model';

/** One end of a connection, as answers name it. */
export type ReachEnd = WorkloadEnd | OutsideEnd;

/** The pods of one workload. */
export interface WorkloadEnd {
  readonly kind: 'workload';
  /** `shop/cart[Deployment]`. */
  readonly label: string;
  readonly namespace: string;
  readonly name: string;
  /** `Deployment`, … see {@link Workload.kind}. */
  readonly workload: string;
  /** Policies for pods do not hold for these: their traffic is the node's. */
  readonly hostNetwork: boolean;
  /** Number of other workloads that this one stands for; there if it stands for some. */
  readonly alike?: number;
}

/** What is no pod. */
export type OutsideEnd =
  | {
      readonly kind: 'addresses';
      /** `world`, `0.0.0.0/0 except 10.0.0.0/8`, `10.0.0.0/8`; cut where there are many. */
      readonly label: string;
      /** The same, exactly. */
      readonly cidrs: readonly string[];
    }
  | { readonly kind: 'name'; readonly label: string; readonly name: string }
  | { readonly kind: 'entities'; readonly label: string; readonly entities: readonly string[] };

export function workloadLabel({ namespace, name, kind }: Pick<Workload, 'namespace' | 'name' | 'kind'>): string {
  return `${namespace}/${name}[${kind}]`;
}

/** @param alike number of workloads that this one stands for besides itself */
export function workloadEnd(workload: Workload, alike = 0): WorkloadEnd {
  const { namespace, name, kind, hostNetwork } = workload;
  const label = workloadLabel(workload);
  const end = { kind: 'workload', label, namespace, name, workload: kind, hostNetwork } as const;
  return alike === 0 ? end : { ...end, label: `${label} and ${alike} alike`, alike };
}

export function addressesEnd(ranges: readonly AddressRange[]): OutsideEnd {
  return { kind: 'addresses', label: rangesText(ranges), cidrs: rangesToCidrs(ranges) };
}

export function nameEnd(name: string): OutsideEnd {
  return { kind: 'name', label: name, name };
}

export function entitiesEnd(entities: readonly string[]): OutsideEnd {
  const label = entities.length === RESERVED_ENTITIES.length ? 'every entity' : entities.join(', ');
  return { kind: 'entities', label, entities };
}

/** Addresses in the fewest words: as they are, or as everything but the rest, and not all of them if they are many. */
export function rangesText(ranges: readonly AddressRange[]): string {
  const families = ([4, 6] as const).map((family) => {
    const own = joinRanges(ranges.filter((range) => range.family === family));
    const rest = complement(own, family);
    return { own, rest, every: family === 4 ? '0.0.0.0/0' : '::/0' };
  });
  if (families.every(({ rest }) => rest.length === 0)) return 'world';
  const texts = families.flatMap(({ own, rest, every }) => {
    if (own.length === 0) return [];
    const included = rangesToCidrs(own);
    const excluded = rangesToCidrs(rest);
    if (excluded.length + 1 >= included.length) return [listed(included)];
    return [excluded.length === 0 ? every : `${every} except ${listed(excluded)}`];
  });
  return texts.join('; ');
}

/** More CIDRs than this are counted rather than written. */
const WRITTEN = 4;

function listed(cidrs: readonly string[]): string {
  if (cidrs.length <= WRITTEN) return cidrs.join(', ');
  const written = cidrs.slice(0, WRITTEN - 1);
  return `${written.join(', ')} and ${cidrs.length - written.length} more`;
}

/** The addresses of a family that are not in these ranges, which are in order and do not touch. */
function complement(ranges: readonly AddressRange[], family: 4 | 6): readonly AddressRange[] {
  const { first, last } = everyAddress(family);
  const rest: AddressRange[] = [];
  let start = first;
  for (const range of ranges) {
    if (range.first > start) rest.push({ family, first: start, last: range.first - 1n });
    start = range.last + 1n;
  }
  if (start <= last) rest.push({ family, first: start, last });
  return rest;
}
