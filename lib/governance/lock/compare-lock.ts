import { grouped } from '../../kube/grouped';
import { type Gain, gains } from './covers';
import type { LockEntry, Locked } from './entry';
import { lineOf } from './line';
import type { LockFileEntry } from './lock-file';

/** What a program does to a lock, the dangerous first. */
export const DRIFT_KINDS = ['widened', 'added', 'narrowed', 'removed'] as const;
export type DriftKind = (typeof DRIFT_KINDS)[number];

/** One way in which programs and lock differ. */
export type Drift = Widened | Added | Narrowed | Removed;

interface Added {
  readonly kind: 'added';
  readonly now: Locked;
}
interface Widened {
  readonly kind: 'widened';
  readonly now: Locked;
  /** What the lock approves instead. */
  readonly locked: LockFileEntry;
  readonly gains: readonly Gain[];
}
interface Narrowed {
  readonly kind: 'narrowed';
  readonly now: Locked;
  readonly locked: LockFileEntry;
}
interface Removed {
  readonly kind: 'removed';
  readonly locked: LockFileEntry;
}

/** Differences between what programs allow and what a lock approves. */
export function compareLock(now: readonly Locked[], locked: readonly LockFileEntry[]): readonly Drift[] {
  const lines = new Set(now.map(({ entry }) => lineOf(entry)));
  const approved = new Set(locked.map(({ entry }) => lineOf(entry)));
  const gone = new Index(locked.filter(({ entry }) => !lines.has(lineOf(entry))));
  const kept = new Index(locked.filter(({ entry }) => lines.has(lineOf(entry))));
  const matched = new Set<LockFileEntry>();
  const drifts: Drift[] = [];
  for (const one of now) {
    if (approved.has(lineOf(one.entry))) continue;
    const drift = driftOf(one, gone.about(one.entry), kept.about(one.entry));
    if (drift.kind !== 'added') matched.add(drift.locked);
    drifts.push(drift);
  }
  for (const entry of gone.all) if (!matched.has(entry)) drifts.push({ kind: 'removed', locked: entry });
  return drifts.sort((one, other) => DRIFT_KINDS.indexOf(one.kind) - DRIFT_KINDS.indexOf(other.kind));
}

type Comparison = Added | Widened | Narrowed;

function driftOf(now: Locked, gone: readonly LockFileEntry[], kept: readonly LockFileEntry[]): Comparison {
  let closest: Widened | undefined;
  for (const locked of [...gone, ...kept]) {
    const found = gains(now.entry, locked.entry);
    if (found === undefined) continue;
    if (found.length === 0) return { kind: 'narrowed', now, locked };
    if (closest === undefined || found.length < closest.gains.length) {
      closest = { kind: 'widened', now, locked, gains: found };
    }
  }
  return closest ?? { kind: 'added', now };
}

/** Entries of a lock by what they are about, so that comparing takes no longer than the lock is. */
class Index {
  private readonly bySubject: ReadonlyMap<string, readonly LockFileEntry[]>;

  constructor(readonly all: readonly LockFileEntry[]) {
    this.bySubject = grouped(all, ({ entry }) => subjectOf(entry));
  }

  about(entry: LockEntry): readonly LockFileEntry[] {
    return this.bySubject.get(subjectOf(entry)) ?? [];
  }
}

/** What has to be the same for one entry to be wider than another one. */
function subjectOf(entry: LockEntry): string {
  const own = () => {
    switch (entry.kind) {
      case 'edge':
        return JSON.stringify(entry.from);
      case 'pods':
        return entry.name;
      case 'identity':
        return entry.spiffeId;
      case 'right':
        return JSON.stringify([entry.agent, entry.right, entry.subject]);
      case 'trust':
        return entry.what;
      default:
        return lineOf(entry);
    }
  };
  return `${entry.scope} ${entry.kind} ${own()}`;
}
