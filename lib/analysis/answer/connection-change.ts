import type { L7Rule, Segment } from '../connection/connection';
import { PROTOCOLS } from '../graph/port-ranges';
import type { ChangeKind } from './difference';

/** One thing that changes on a connection, and the ports on which it does. */
export interface ConnectionChange {
  readonly kind: ChangeKind;
  readonly segments: readonly Segment[];
}

/** What becomes of a connection. Both lists may be empty: nothing was, or is, allowed. */
export function connectionChanges(before: readonly Segment[], after: readonly Segment[]): readonly ConnectionChange[] {
  if (before.length === 0) return after.length === 0 ? [] : [{ kind: 'added', segments: after }];
  if (after.length === 0) return [{ kind: 'removed', segments: before }];
  const changes = new Map<ChangeKind, Segment[]>();
  const note = (kind: ChangeKind, segment: Segment) => {
    const known = changes.get(kind);
    if (known === undefined) changes.set(kind, [segment]);
    else known.push(segment);
  };
  for (const [old, now] of stretches(before, after)) {
    if (old === undefined && now !== undefined) note('widened', now);
    else if (old !== undefined && now === undefined) note('narrowed', old);
    else if (old !== undefined && now !== undefined)
      for (const [kind, segment] of compared(old, now)) note(kind, segment);
  }
  return [...changes].map(([kind, segments]) => ({ kind, segments: joined(segments) }));
}

/** Ports that both, or one, allow, so finely parted that each part is alike before and alike after. */
function* stretches(
  before: readonly Segment[],
  after: readonly Segment[],
): Generator<readonly [Segment | undefined, Segment | undefined]> {
  for (const protocol of PROTOCOLS) {
    const [olds, nows] = [before, after].map((list) => list.filter((segment) => segment.protocol === protocol));
    const starts = [...(olds ?? []), ...(nows ?? [])].flatMap(({ first, last }) => [first, last + 1]);
    const sorted = [...new Set(starts)].sort((a, b) => a - b);
    for (const [index, first] of sorted.slice(0, -1).entries()) {
      const last = (sorted[index + 1] as number) - 1;
      const part = (list: readonly Segment[] = []): Segment | undefined => {
        const segment = list.find((candidate) => candidate.first <= first && last <= candidate.last);
        return segment === undefined ? undefined : { ...segment, first, last };
      };
      yield [part(olds), part(nows)];
    }
  }
}

/** What changes about requests and authentication where the ports stay open. */
function compared(old: Segment, now: Segment): readonly (readonly [ChangeKind, Segment])[] {
  const found: [ChangeKind, Segment][] = [];
  if (old.authenticated && !now.authenticated) found.push(['lost-auth', now]);
  if (!old.authenticated && now.authenticated) found.push(['gained-auth', now]);
  if (old.l7.length > 0 && now.l7.length === 0) found.push(['lost-l7', old]);
  else if (old.l7.length === 0 && now.l7.length > 0) found.push(['gained-l7', now]);
  else found.push(...requests(old, now));
  return found;
}

/** A request passes if it matches a rule of every list. Whether rules overlap is not looked into. */
function requests(old: Segment, now: Segment): readonly [ChangeKind, Segment][] {
  const [olds, nows] = [old, now].map(({ l7 }) => l7.map((list) => new Set(list.map(ruleKey))));
  const isWithin = (inner: readonly Set<string>[] = [], outer: readonly Set<string>[] = []) =>
    outer.every((wide) => inner.some((list) => [...list].every((rule) => wide.has(rule))));
  const found: [ChangeKind, Segment][] = [];
  if (!isWithin(nows, olds)) found.push(['widened', { ...now, l7: onlyIn(now, old) }]);
  if (!isWithin(olds, nows)) found.push(['narrowed', { ...old, l7: onlyIn(old, now) }]);
  return found;
}

/** The rules of one that the other one has not; all of them if the lists are otherwise arranged. */
function onlyIn(one: Segment, other: Segment): Segment['l7'] {
  const known = new Set(other.l7.flat().map(ruleKey));
  const rest = one.l7.map((list) => list.filter((rule) => !known.has(ruleKey(rule)))).filter((list) => list.length > 0);
  return rest.length === 0 ? one.l7 : rest;
}

function ruleKey({ protocol, rule }: L7Rule): string {
  return `${protocol} ${rule}`;
}

/** Neighbours that are alike, together. */
function joined(segments: readonly Segment[]): readonly Segment[] {
  const result: Segment[] = [];
  for (const segment of segments) {
    const before = result.at(-1);
    const { first: _, last: __, ...what } = segment;
    const { first: ___, last: ____, ...known } = before ?? segment;
    const touches = before !== undefined && before.last + 1 === segment.first;
    if (before !== undefined && touches && JSON.stringify(what) === JSON.stringify(known)) {
      result[result.length - 1] = { ...before, last: segment.last };
    } else result.push(segment);
  }
  return result;
}
