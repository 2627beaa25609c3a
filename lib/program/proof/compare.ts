import type { Connection, Segment } from '../../analysis/connection/connection';
import type { PortRange } from '../../analysis/graph/port-ranges';
import type { Declared } from './declared';

/** How what the manifests allow differs from what the program says. */
export type DifferenceRule =
  /** A declared edge does not work, or not on all its ports. */
  | 'declared-not-reachable'
  /** Something is reachable that nobody declared. */
  | 'reachable-not-declared'
  /** Requests pass that the edge does not list. */
  | 'requests-not-restricted'
  /** Requests that the edge lists do not pass. */
  | 'requests-refused'
  /** Both ends should prove their identity, and need not. */
  | 'authentication-not-required';

export interface PairDifference {
  readonly rule: DifferenceRule;
  readonly range: PortRange;
  /** What the program says there; empty for what is reachable and not declared. */
  readonly declared: readonly Declared[];
}

/**
 * Compares one pair of ends.
 * @param mayAuthenticate false where nothing can: plain Kubernetes, and Cilium from 1.21 on
 */
export function comparePair(
  actual: Connection,
  declared: readonly Declared[],
  mayAuthenticate: boolean,
): readonly PairDifference[] {
  return cuts(actual, declared).flatMap((range): readonly PairDifference[] => {
    const segment = actual.segments.find((candidate) => holds(candidate, range));
    const said = declared.filter(({ ranges }) => ranges.some((candidate) => holds(candidate, range)));
    const difference = (rule: DifferenceRule) => [{ rule, range, declared: said }];
    if (segment === undefined) return said.length === 0 ? [] : difference('declared-not-reachable');
    if (said.length === 0) return difference('reachable-not-declared');
    return [
      ...requests(segment, said).flatMap(difference),
      ...(mayAuthenticate && said.some(({ authenticated }) => authenticated) && !segment.authenticated
        ? difference('authentication-not-required')
        : []),
    ];
  });
}

function requests({ l7 }: Segment, said: readonly Declared[]): readonly DifferenceRule[] {
  const open = said.some((declared) => declared.l7 === undefined);
  const listed = new Set(said.flatMap((declared) => [...(declared.l7 ?? [])]));
  // Names that may be asked of the DNS server are judged one by one, not here.
  const lists = l7.filter((list) => !open || list.some((rule) => rule.protocol !== 'dns'));
  if (lists.length === 0) return open ? [] : ['requests-not-restricted'];
  if (open) return ['requests-refused'];
  const passes = (text: string) => lists.every((list) => list.some((rule) => `${rule.protocol} ${rule.rule}` === text));
  const allowed = lists[0]?.map((rule) => `${rule.protocol} ${rule.rule}`).filter(passes) ?? [];
  return [
    ...(allowed.every((text) => listed.has(text)) ? [] : (['requests-not-restricted'] as const)),
    ...([...listed].every(passes) ? [] : (['requests-refused'] as const)),
  ];
}

/** Ranges that no range of either side divides, and that at least one of them holds. */
function cuts(actual: Connection, declared: readonly Declared[]): readonly PortRange[] {
  const ranges: readonly PortRange[] = [...actual.segments, ...declared.flatMap((said) => said.ranges)];
  const protocols = [...new Set(ranges.map(({ protocol }) => protocol))];
  return protocols.flatMap((protocol) => {
    const own = ranges.filter((range) => range.protocol === protocol);
    const starts = [...new Set(own.flatMap(({ first, last }) => [first, last + 1]))].sort((a, b) => a - b);
    return starts
      .slice(0, -1)
      .map((first, index) => ({ protocol, first, last: (starts[index + 1] as number) - 1 }))
      .filter((range) => own.some((candidate) => holds(candidate, range)));
  });
}

function holds(outer: PortRange, inner: PortRange): boolean {
  return outer.protocol === inner.protocol && outer.first <= inner.first && inner.last <= outer.last;
}
