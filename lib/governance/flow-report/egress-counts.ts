import type { EgressEvent } from './egress-event';

/** The same of what was allowed, and of what was blocked. */
export type ByVerdict<Value> = Readonly<Record<EgressEvent['verdict'], Value>>;

/** What became of all that was asked of one host. */
export interface HostCounts {
  readonly host: string;
  /** Numbers of flows. */
  readonly allowed: number;
  readonly blocked: number;
  /** Who asked, sorted: `ws-production/agent`; at most 20. */
  readonly sources: ByVerdict<readonly string[]>;
  /** `TCP 443`, sorted; at most 20. */
  readonly ports: ByVerdict<readonly string[]>;
  readonly first?: string;
  readonly last?: string;
  /** The newest first. */
  readonly recent: readonly EgressEvent[];
}

/** Events of a run, or of a host, that are kept. */
export const RECENT_EVENTS = 20;
const RECENT_OF_HOST = 5;
/** Whoever is inside may make up names, so that there have to be ends. */
const MOST_HOSTS = 10_000;
const MOST_NAMED = 20;

interface Counting {
  readonly counts: { allowed: number; blocked: number; first?: string; last?: string };
  readonly sources: ByVerdict<Set<string>>;
  readonly ports: ByVerdict<Set<string>>;
  readonly recent: RecentEvents;
}

/** Counts events in memory that does not grow with their number. */
export class EgressCounts {
  readonly totals = { allowed: 0, blocked: 0 };
  /** Flows to further hosts, beyond the most that are listed. */
  readonly unlisted = { allowed: 0, blocked: 0 };
  private readonly hosts = new Map<string, Counting>();
  private readonly newest = new RecentEvents(RECENT_EVENTS);

  add(event: EgressEvent): void {
    const { host, verdict, count, source, protocol, port, time } = event;
    this.totals[verdict] += count;
    this.newest.add(event);
    let known = this.hosts.get(host);
    if (known === undefined && this.hosts.size >= MOST_HOSTS) {
      this.unlisted[verdict] += count;
      return;
    }
    if (known === undefined) {
      known = {
        counts: { allowed: 0, blocked: 0 },
        sources: { allowed: new Set(), blocked: new Set() },
        ports: { allowed: new Set(), blocked: new Set() },
        recent: new RecentEvents(RECENT_OF_HOST),
      };
      this.hosts.set(host, known);
    }
    const { counts, sources, ports, recent } = known;
    counts[verdict] += count;
    if (sources[verdict].size < MOST_NAMED) sources[verdict].add(source);
    if (ports[verdict].size < MOST_NAMED) ports[verdict].add(`${protocol} ${port}`);
    recent.add(event);
    if (time === undefined) return;
    if (counts.first === undefined || time < counts.first) counts.first = time;
    if (counts.last === undefined || time > counts.last) counts.last = time;
  }

  recent(): readonly EgressEvent[] {
    return this.newest.events;
  }

  /** Those first of which most was blocked. */
  list(): readonly HostCounts[] {
    return [...this.hosts]
      .map(([host, { counts, sources, ports, recent }]) => ({
        host,
        ...counts,
        sources: sorted(sources),
        ports: sorted(ports),
        recent: recent.events,
      }))
      .sort(
        (one, other) => other.blocked - one.blocked || other.allowed - one.allowed || (one.host < other.host ? -1 : 1),
      );
  }
}

function sorted({ allowed, blocked }: ByVerdict<Set<string>>): ByVerdict<readonly string[]> {
  return { allowed: [...allowed].sort(), blocked: [...blocked].sort() };
}

/** The newest events, the newest first. Those without a time are as new as the one that was recorded before. */
class RecentEvents {
  readonly events: EgressEvent[] = [];

  constructor(private readonly most: number) {}

  add(event: EgressEvent): void {
    const { time } = event;
    let index = 0;
    if (time !== undefined) {
      while (index < this.events.length && (this.events[index]?.time ?? '') > time) index++;
    }
    if (index >= this.most) return;
    this.events.splice(index, 0, event);
    if (this.events.length > this.most) this.events.pop();
  }
}
