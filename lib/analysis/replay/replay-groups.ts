import { requestText } from '../flow/flow';
import type { Judgement } from './judge';
import { OUTCOMES, type Outcome, type OutcomeCount, type ReplayGroup } from './outcome';
import { isBefore, type PendingFlows } from './pending-flows';

type Group = { -readonly [Key in keyof ReplayGroup]: ReplayGroup[Key] } & { readonly examples: string[] };

const EXAMPLES = 5;
/** Outcomes that somebody has to look at, of which none should be lost to a flood of others. */
const SERIOUS: ReadonlySet<Outcome> = new Set(['denied', 'refused', 'undecided']);

/** Flows that were judged, by source, target, port and what becomes of them. */
export class ReplayGroups {
  private readonly groups = new Map<string, Group>();
  /** Sources, targets and ports of which the recording holds requests. */
  private readonly withRequests = new Set<string>();
  private readonly listed = { serious: 0, others: 0 };
  readonly totals = counts();
  readonly unlisted = counts();
  first: string | undefined;
  last: string | undefined;

  /** @param most groups to list, of those that somebody has to look at and of the others */
  constructor(private readonly most: number) {}

  add(flows: PendingFlows, { source, target, outcome, reason }: Judgement): void {
    const { protocol, port, request } = flows;
    const connection = `${source.label}\n${target.label}\n${protocol}${port}`;
    if (request !== undefined && this.withRequests.size < this.most * 2) this.withRequests.add(connection);
    const about = reason?.kind === 'doubt' ? reason.doubt : (reason?.kind ?? '');
    const key = keyOf(connection, outcome, about, { source, target });
    this.note(flows);
    count(this.totals[outcome], flows);
    let group = this.groups.get(key);
    if (group === undefined) {
      const kind = SERIOUS.has(outcome) ? 'serious' : 'others';
      if (this.listed[kind] >= this.most) {
        count(this.unlisted[outcome], flows);
        return;
      }
      this.listed[kind]++;
      const why = reason === undefined ? {} : { reason };
      group = { source, target, protocol, port, outcome, flows: 0, passed: 0, examples: [], ...why };
      this.groups.set(key, group);
    }
    join(group, flows);
    const example = exampleOf(flows);
    if (example !== undefined && group.examples.length < EXAMPLES && !group.examples.includes(example)) {
      group.examples.push(example);
    }
  }

  /**
   * All groups in order. Connections to a port at which requests are looked at count as forwarded if the recording holds
   * their requests, which were judged on their own.
   */
  list(): readonly ReplayGroup[] {
    const settled = new Map(this.groups);
    for (const [key, group] of this.groups) {
      const { source, target, protocol, port, reason, ...rest } = group;
      const connection = `${source.label}\n${target.label}\n${protocol}${port}`;
      if (reason?.kind !== 'doubt' || reason.doubt !== 'no-requests' || !this.withRequests.has(connection)) continue;
      this.settle(group);
      settled.delete(key);
      const forwarded = keyOf(connection, 'forwarded', '', group);
      const known = settled.get(forwarded);
      if (known !== undefined) join(known, group);
      else settled.set(forwarded, { ...rest, source, target, protocol, port, outcome: 'forwarded' });
    }
    return [...settled.values()].sort(compare);
  }

  private settle({ flows, passed }: Group): void {
    const { undecided, forwarded } = this.totals;
    undecided.flows -= flows;
    undecided.passed -= passed;
    forwarded.flows += flows;
    forwarded.passed += passed;
  }

  private note({ first, last }: PendingFlows): void {
    if (first !== undefined && (this.first === undefined || isBefore(first, this.first))) this.first = first;
    if (last !== undefined && (this.last === undefined || isBefore(this.last, last))) this.last = last;
  }
}

function keyOf(
  connection: string,
  outcome: Outcome,
  about: string,
  { source, target }: Pick<ReplayGroup, 'source' | 'target'>,
): string {
  return `${connection}\n${outcome} ${about} ${source.isUnknown === true} ${target.isUnknown === true}`;
}

function counts(): Record<Outcome, { flows: number; passed: number }> {
  const entries = OUTCOMES.map((outcome) => [outcome, { flows: 0, passed: 0 }] as const);
  return Object.fromEntries(entries) as Record<Outcome, { flows: number; passed: number }>;
}

function count(sum: { flows: number; passed: number }, { flows, passed }: OutcomeCount): void {
  sum.flows += flows;
  sum.passed += passed;
}

type Sum = Pick<PendingFlows, 'flows' | 'passed'> & Partial<Pick<PendingFlows, 'first' | 'last'>>;

function join(group: Group, { flows, passed, first, last }: Sum): void {
  group.flows += flows;
  group.passed += passed;
  if (first !== undefined && (group.first === undefined || isBefore(first, group.first))) group.first = first;
  if (last !== undefined && (group.last === undefined || isBefore(group.last, last))) group.last = last;
}

/** What the labels of a group do not say. */
function exampleOf({ source, destination, request }: PendingFlows): string | undefined {
  if (request !== undefined) return requestText(request);
  if (source.kind === 'address') return source.address;
  return destination.kind === 'address' && destination.names.length > 0 ? destination.address : undefined;
}

function compare(a: ReplayGroup, b: ReplayGroup): number {
  return (
    OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome) ||
    b.passed - a.passed ||
    b.flows - a.flows ||
    text(a).localeCompare(text(b), 'en')
  );
}

function text({ source, target, protocol, port }: ReplayGroup): string {
  return `${source.label} ${target.label} ${protocol} ${port}`;
}
