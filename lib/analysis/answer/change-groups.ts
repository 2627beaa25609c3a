import type { Segment } from '../connection/connection';
import { Bits } from '../graph/bits';
import { changeTags } from './change-tags';
import {
  CHANGE_KINDS,
  CHANGE_TAGS,
  type ChangeGroup,
  type ChangeKind,
  type ChangeTag,
  type GroupEnd,
} from './difference';
import type { JointEnd } from './joint-ends';
import { type OutsideEnd, workloadLabel } from './reach-end';
import type { NumberedChange } from './shared-connections';

/** As many groups that differ in their namespaces alone are shown one by one; more become one group. */
const APART = 3;

/** Namespaces that one namespace reaches alike are told together from this number on, before all else is known. */
const MANY = 64;

/** Workloads of a namespace, or something outside. */
type Party = string | OutsideEnd;

interface Entry {
  readonly kind: ChangeKind;
  readonly segments: readonly Segment[];
  /** Text that says what changes; the same for the same change. */
  readonly what: string;
  readonly from: EntrySide;
  readonly to: EntrySide;
  /** True if each pair is of one namespace. */
  readonly same: boolean;
  readonly tags: readonly ChangeTag[];
  pairs: number;
  readonly examples: { from: string; to: string }[];
}

interface EntrySide {
  /** One party; none after entries of many were made one. */
  readonly party: Party | undefined;
  /** Joint ends that are pods. */
  readonly ends: Set<number> | Bits;
}

/**
 * Collects changes, connection by connection, in as few groups as a reviewer has to tell apart. Changes have to come
 * namespace by namespace of their sources: those of a namespace that is done with take little room.
 */
export class ChangeGroups {
  private readonly done: Entry[] = [];
  /** Of the namespace at hand, by change and by destination. */
  private readonly open = new Map<number, Map<number, readonly Entry[]>>();
  /** Of sources outside, likewise by change, source and destination. */
  private readonly outside = new Map<string, readonly Entry[]>();
  private namespace: Party | undefined;
  private readonly texts = new Map<readonly Segment[], string>();
  private readonly numbers = new Map<Party, number>();
  /** Of each joint end: number of its party, and of its workloads. */
  private readonly parties: readonly number[];
  private readonly sizes: readonly number[];

  constructor(
    private readonly ends: readonly JointEnd[],
    private readonly mostExamples: number,
  ) {
    this.parties = ends.map(({ namespace }) => (namespace === undefined ? -1 : this.number(namespace)));
    this.sizes = ends.map(({ workloads }) => workloads.length);
  }

  /** Notes what becomes of a connection between two ends, each a joint end of pods or something outside. */
  add(from: number | OutsideEnd, to: number | OutsideEnd, change: NumberedChange): void {
    const pairs = this.pairsOf(from, to);
    if (pairs === 0) return;
    for (const entry of this.entriesFor(from, to, change)) {
      entry.pairs += pairs;
      if (typeof from === 'number') entry.from.ends.add(from);
      if (typeof to === 'number') entry.to.ends.add(to);
      if (entry.examples.length < this.mostExamples) this.addExamples(entry, from, to);
    }
  }

  private entriesFor(from: number | OutsideEnd, to: number | OutsideEnd, change: NumberedChange): readonly Entry[] {
    const target = typeof to === 'number' ? (this.parties[to] as number) : this.number(to);
    if (typeof from === 'object') {
      const key = `${change.number} ${this.number(from)} ${target}`;
      const known = this.outside.get(key) ?? this.newEntries(from, this.party(to), change);
      this.outside.set(key, known);
      return known;
    }
    const namespace = this.ends[from]?.namespace;
    if (namespace !== this.namespace) this.finish(namespace);
    let byTarget = this.open.get(change.number);
    if (byTarget === undefined) {
      byTarget = new Map();
      this.open.set(change.number, byTarget);
    }
    let entries = byTarget.get(target);
    if (entries === undefined) {
      entries = this.newEntries(this.party(from), this.party(to), change);
      byTarget.set(target, entries);
    }
    return entries;
  }

  private newEntries(source: Party, target: Party, { changes }: NumberedChange): readonly Entry[] {
    return changes.map(({ kind, segments }) => ({
      kind,
      segments,
      what: `${kind} ${this.text(segments)}`,
      from: { party: source, ends: new Set<number>() },
      to: { party: target, ends: new Set<number>() },
      same: source === target,
      tags: changeTags(source, target),
      pairs: 0,
      examples: [],
    }));
  }

  /** The groups, the dangerous ones first. */
  all(): readonly ChangeGroup[] {
    this.finish(undefined);
    const size = this.ends.length;
    const key = (party: Party | undefined) => (party === undefined ? 'many' : this.number(party));
    let entries: readonly Entry[] = [...this.done, ...[...this.outside.values()].flat()];
    entries = merged(entries, ({ what, from, to }) => `${what} ${key(from.party)} ${key(to.party)}`, size, 1);
    // Namespaces that change alike are one group, and so are those to which the same changes.
    const byTarget = ({ what, from, to, same }: Entry) => {
      return typeof from.party === 'string' ? `${what} ${same ? 'same' : key(to.party)}` : undefined;
    };
    const bySource = ({ what, from, to, same }: Entry) => {
      return typeof to.party === 'string' && !same ? `${what} ${key(from.party)}` : undefined;
    };
    entries = merged(merged(entries, byTarget, size, APART), bySource, size, APART);
    return entries.map((entry) => this.group(entry)).sort(compare);
  }

  /** Closes the namespace that changes came from, since the next ones come from another. */
  private finish(next: string | undefined): void {
    const toNamespace = ({ what, from, to, same }: Entry) => {
      return typeof from.party === 'string' && typeof to.party === 'string' && !same ? what : undefined;
    };
    const entries = [...this.open.values()].flatMap((byTarget) => [...byTarget.values()].flat());
    for (const entry of merged(entries, toNamespace, this.ends.length, MANY)) this.done.push(entry);
    this.open.clear();
    this.namespace = next;
  }

  private group({ kind, tags, from, to, same, segments, pairs, examples }: Entry): ChangeGroup {
    const isSame = same && from.party === undefined;
    return { kind, tags, from: this.groupEnd(from), to: this.groupEnd(to, isSame), segments, pairs, examples };
  }

  private groupEnd({ party, ends }: EntrySide, same = false): GroupEnd {
    if (typeof party === 'object') return party;
    let workloads = 0;
    const namespaces = new Set<string>();
    ends.forEach((end) => {
      workloads += this.sizes[end] as number;
      namespaces.add(this.ends[end]?.namespace ?? '');
    });
    return { kind: 'workloads', namespaces: [...namespaces].sort(), workloads, ...(same ? { same } : {}) };
  }

  private addExamples(entry: Entry, from: number | OutsideEnd, to: number | OutsideEnd): void {
    for (const source of this.labels(from)) {
      for (const target of this.labels(to)) {
        if (entry.examples.length === this.mostExamples) return;
        if (source !== target || !source.endsWith('[Pod]')) entry.examples.push({ from: source, to: target });
      }
    }
  }

  private labels(end: number | OutsideEnd): readonly string[] {
    if (typeof end === 'object') return [end.label];
    return (this.ends[end]?.workloads ?? []).slice(0, this.mostExamples + 1).map(workloadLabel);
  }

  /** Number of pairs of workloads; a pod and itself is none. */
  private pairsOf(from: number | OutsideEnd, to: number | OutsideEnd): number {
    const sources = typeof from === 'number' ? (this.sizes[from] as number) : 1;
    const targets = typeof to === 'number' ? (this.sizes[to] as number) : 1;
    if (from !== to || typeof from === 'object') return sources * targets;
    return sources * targets - (this.ends[from]?.workloads ?? []).filter(({ kind }) => kind === 'Pod').length;
  }

  private party(end: number | OutsideEnd): Party {
    return typeof end === 'object' ? end : (this.ends[end]?.namespace ?? '');
  }

  private number(party: Party): number {
    let number = this.numbers.get(party);
    if (number === undefined) {
      number = this.numbers.size;
      this.numbers.set(party, number);
    }
    return number;
  }

  private text(segments: readonly Segment[]): string {
    let text = this.texts.get(segments);
    if (text === undefined) {
      text = JSON.stringify(segments);
      this.texts.set(segments, text);
    }
    return text;
  }
}

/**
 * Makes one entry of those that share a key, if they are more than so many. Entries without a key stay as they are.
 * @param size number of all joint ends
 */
function merged(
  entries: readonly Entry[],
  keyOf: (entry: Entry) => string | undefined,
  size: number,
  apart: number,
): readonly Entry[] {
  const groups = new Map<string, Entry[]>();
  const result: Entry[] = [];
  for (const entry of entries) {
    const key = keyOf(entry);
    if (key === undefined) result.push(entry);
    else if (groups.has(key)) groups.get(key)?.push(entry);
    else groups.set(key, [entry]);
  }
  for (const group of groups.values()) {
    if (group.length > apart) result.push(joined(group, size));
    else for (const entry of group) result.push(entry);
  }
  return result;
}

function joined(entries: readonly Entry[], size: number): Entry {
  const [first] = entries as [Entry];
  const tags = new Set(entries.flatMap((entry) => entry.tags));
  return {
    ...first,
    from: joinedSide(
      entries.map(({ from }) => from),
      size,
    ),
    to: joinedSide(
      entries.map(({ to }) => to),
      size,
    ),
    tags: CHANGE_TAGS.filter((tag) => tags.has(tag)),
    pairs: entries.reduce((sum, { pairs }) => sum + pairs, 0),
    examples: someOf(entries),
  };
}

function joinedSide(sides: readonly EntrySide[], size: number): EntrySide {
  const [first] = sides;
  const ends = new Bits(size);
  for (const side of sides) {
    if (side.ends instanceof Bits) ends.addAll(side.ends);
    else for (const end of side.ends) ends.add(end);
  }
  return { party: sides.every(({ party }) => party === first?.party) ? first?.party : undefined, ends };
}

/** As many examples as the entry with most has, from the first entries that have some. */
function someOf(entries: readonly Entry[]): Entry['examples'] {
  const most = entries.reduce((number, { examples }) => Math.max(number, examples.length), 0);
  const found: Entry['examples'] = [];
  for (const { examples } of entries) {
    if (found.length >= most) break;
    found.push(...examples.slice(0, most - found.length));
  }
  return found;
}

function compare(a: ChangeGroup, b: ChangeGroup): number {
  const rank = ({ tags }: ChangeGroup) => {
    const found = CHANGE_TAGS.findIndex((tag) => tags.includes(tag));
    return found < 0 ? CHANGE_TAGS.length : found;
  };
  const kinds = CHANGE_KINDS.indexOf(a.kind) - CHANGE_KINDS.indexOf(b.kind);
  return kinds || rank(a) - rank(b) || b.pairs - a.pairs || (textOf(a) < textOf(b) ? -1 : 1);
}

function textOf({ from, to, segments }: ChangeGroup): string {
  return JSON.stringify([from, to, segments]);
}
