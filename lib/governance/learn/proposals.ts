import type { Problem } from '../../finding';
import { grouped } from '../../kube/grouped';
import { hostProblem, isHostPattern, normalizeHost } from '../../model/host';
import { dnsLabelProblem } from '../../model/name';
import type { NotProposed, ProposedEntry, Refusal, Sighting, WorkspaceProposal } from './sighting';

type Sum<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/** More targets than this are counted and not listed: an allowlist of so many is none. */
const MOST = 10_000;

/** Adds up what was seen, and sorts out what may be proposed. Memory grows with the number of targets, up to a limit. */
export class Proposals {
  private readonly entries = new Map<string, { readonly workspace: string; readonly entry: Sum<ProposedEntry> }>();
  private readonly refusals = new Map<string, Sum<NotProposed>>();
  /** Sightings of further targets beyond the limit. */
  unlisted = 0;

  add(sighting: Sighting): void {
    const { workspace, port, protocol, count, time } = sighting;
    const host = normalizeHost(sighting.host);
    const key = `${workspace} ${host} ${protocol} ${port}`;
    const known = this.entries.get(key)?.entry;
    const problem = known === undefined ? problemOf(workspace, host) : undefined;
    if (known !== undefined) join(known, count, time);
    else if (problem !== undefined) {
      const { message: reason, fix } = problem;
      this.refuse({ workspace, target: `${host} ${protocol} ${port}`, reason, fix, ...seen(count, time) });
    } else if (this.isFull()) this.unlisted += count;
    else {
      const entry = { host, port, protocol, count: 0 };
      join(entry, count, time);
      this.entries.set(key, { workspace, entry });
    }
  }

  refuse({ workspace, target, reason, fix, count, time }: Refusal): void {
    const key = JSON.stringify([workspace, target, reason]);
    let known = this.refusals.get(key);
    if (known === undefined) {
      if (this.isFull()) {
        this.unlisted += count;
        return;
      }
      known = { ...(workspace === undefined ? {} : { workspace }), target, reason, fix, count: 0 };
      this.refusals.set(key, known);
    }
    join(known, count, time);
  }

  /** By name of the workspace. */
  workspaces(): readonly WorkspaceProposal[] {
    return [...grouped(this.entries.values(), ({ workspace }) => workspace)]
      .sort(([a], [b]) => compareText(a, b))
      .map(([workspace, found]) => ({ workspace, entries: found.map(({ entry }) => entry).sort(compareEntries) }));
  }

  /** By workspace, those that were seen most first. */
  notProposed(): readonly NotProposed[] {
    return [...this.refusals.values()].sort(
      (a, b) =>
        compareText(a.workspace ?? '', b.workspace ?? '') || b.count - a.count || compareText(a.target, b.target),
    );
  }

  private isFull(): boolean {
    return this.entries.size + this.refusals.size >= MOST;
  }
}

/** A name with a wildcard in it was never asked for by anybody. */
function problemOf(workspace: string, host: string): Problem | undefined {
  const problem = dnsLabelProblem(workspace, 'workspace id');
  if (problem !== undefined || !isHostPattern(host)) return problem ?? hostProblem(host);
  return {
    message: 'wildcards are never proposed',
    fix: 'write the pattern yourself, if you mean all that it matches',
  };
}

function seen(count: number, time: string | undefined) {
  return { count, ...(time === undefined ? {} : { time }) };
}

function join(sum: { count: number; first?: string; last?: string }, count: number, time: string | undefined): void {
  sum.count += count;
  if (time === undefined) return;
  if (sum.first === undefined || time.slice(0, -1) < sum.first.slice(0, -1)) sum.first = time;
  if (sum.last === undefined || time.slice(0, -1) > sum.last.slice(0, -1)) sum.last = time;
}

function compareEntries(a: ProposedEntry, b: ProposedEntry): number {
  return compareText(a.host, b.host) || a.port - b.port || compareText(a.protocol, b.protocol);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
