import type { Analysis } from '../analysis';
import type { Connection, Segment } from '../connection/connection';
import type { Workload } from '../load/manifests';
import { grantsOf } from './grant';
import { GrantedGraph } from './granted-graph';
import { nameResolution } from './name-resolution';
import { OutsideEnds, type OutsideGroup } from './outside-ends';
import { PortFilter } from './port-filter';
import { checkPortOf } from './port-query';
import type { ReachEnd, WorkloadEnd } from './reach-end';
import { workloadEnd } from './reach-end';
import type { ReachPair, ReachQuery } from './reach-pair';
import { resolve, resolveSource, type Selection } from './resolve';
import { RowCache } from './row-cache';

/**
 * Who may reach whom, pair by pair: every workload with what it may reach, in order of their names, and then everything
 * outside that may reach a workload. Pairs are made as they are asked for, since there can be very many.
 *
 * Nodes reach their own pods whatever policies say; such pairs are there only if `from` is the host, or one of the ends
 * is named and on the host's network. A pod reaches itself, which is no pair.
 *
 * @throws InvalidValueError at once, if the manifests hold no such ends, or the dialect says nothing about the protocol
 */
export function reach(analysis: Analysis, query: ReachQuery = {}): Iterable<ReachPair> {
  const { from, to } = query;
  checkPortOf(analysis.dialect, query.port);
  const sources = from === undefined ? undefined : resolveSource(analysis, from);
  const destinations = to === undefined ? undefined : resolve(analysis, to);
  const withAlways = sources?.meansHost === true || destinations?.meansHost === true;
  const reader = new ReachReader(analysis, query, sources, destinations, new GrantedGraph(analysis, withAlways));
  return { [Symbol.iterator]: () => reader.pairs() };
}

interface Row {
  /** In order of names. */
  readonly workloads: readonly { readonly rank: number; readonly connection: Connection }[];
  readonly outside: readonly (OutsideGroup<Connection> & Pick<ReachPair, 'resolvable'>)[];
}

class ReachReader {
  private readonly filter: PortFilter;
  private readonly outside: OutsideEnds;
  private readonly rows = new RowCache<Row>((row) => row.workloads.length + row.outside.length + 1);
  private readonly sources_ = new RowCache<readonly OutsideGroup<Connection>[]>((groups) => groups.length + 1);
  private readonly ranked: readonly Workload[];
  private readonly ends: readonly WorkloadEnd[];
  private readonly ranks = new Map<Workload, number>();

  constructor(
    private readonly analysis: Analysis,
    private readonly query: ReachQuery,
    private readonly sources: Selection | undefined,
    private readonly destinations: Selection | undefined,
    private readonly graph: GrantedGraph,
  ) {
    this.filter = new PortFilter(query.port);
    this.outside = new OutsideEnds(analysis, query.to?.kind === 'name');
    this.ranked = this.shown().sort(
      (a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name) || compare(a.kind, b.kind),
    );
    this.ends = this.ranked.map((workload) => workloadEnd(workload, this.alikeOf(workload)));
    for (const [rank, workload] of this.ranked.entries()) this.ranks.set(workload, rank);
  }

  *pairs(): Generator<ReachPair> {
    for (const [rank, workload] of this.ranked.entries()) {
      if (holds(this.sources, workload, this.endOf(workload))) yield* this.pairsFrom(rank, workload);
    }
    if (!this.asksOutside()) return;
    for (const [rank, workload] of this.ranked.entries()) {
      if (holds(this.destinations, workload, this.endOf(workload))) yield* this.pairsFromOutside(rank, workload);
    }
  }

  private *pairsFrom(rank: number, workload: Workload): Generator<ReachPair> {
    const from = this.endOf(workload);
    const row = this.rows.get(from, () => this.row(from));
    for (const { rank: other, connection } of row.workloads) {
      if (other === rank && workload.kind === 'Pod' && this.ends[rank]?.alike === undefined) continue;
      const to = this.ranked[other] as Workload;
      yield* this.pair(
        { end: this.ends[rank] as ReachEnd, indices: [from] },
        { end: this.ends[other] as ReachEnd, indices: [this.endOf(to)] },
        connection,
      );
    }
    for (const { end, indices, value: connection, resolvable } of row.outside) {
      yield* this.pair({ end: this.ends[rank] as ReachEnd, indices: [from] }, { end, indices }, connection, resolvable);
    }
  }

  private *pairsFromOutside(rank: number, workload: Workload): Generator<ReachPair> {
    const to = this.endOf(workload);
    for (const { end, indices, value: connection } of this.sources_.get(to, () => this.sourcesOf(to))) {
      yield* this.pair({ end, indices }, { end: this.ends[rank] as ReachEnd, indices: [to] }, connection);
    }
  }

  private *pair(from: PairedEnd, to: PairedEnd, connection: Connection, resolvable?: boolean): Generator<ReachPair> {
    const segments = this.filter.of(connection);
    if (segments.length === 0) return;
    yield {
      from: from.end,
      to: to.end,
      segments,
      ...(resolvable === undefined ? {} : { resolvable }),
      ...(this.query.grants === true ? { grants: this.grants(from, to, segments) } : {}),
    };
  }

  private row(from: number): Row {
    const { universe } = this.analysis;
    const workloads: { rank: number; connection: Connection }[] = [];
    const outside: [number, Connection][] = [];
    this.graph.row(from, (to, connection) => {
      if (this.destinations?.ends.has(to) === false) return;
      const end = universe.ends[to];
      if (end?.kind !== 'pods') {
        outside.push([to, connection]);
        return;
      }
      for (const workload of end.workloads) {
        const rank = this.ranks.get(workload);
        if (rank !== undefined && holds(this.destinations, workload, to)) workloads.push({ rank, connection });
      }
    });
    workloads.sort((a, b) => a.rank - b.rank);
    const groups = this.outside.group(outside).map((group) => {
      return group.end.kind === 'name' ? { ...group, resolvable: this.isResolvable(from, group.end.name) } : group;
    });
    return { workloads, outside: groups };
  }

  private sourcesOf(to: number): readonly OutsideGroup<Connection>[] {
    const found: [number, Connection][] = [];
    this.graph.sources(to, (from, connection) => {
      if (this.sources?.ends.has(from) !== false) found.push([from, connection]);
    });
    return this.outside.group(found);
  }

  /** A name that may be reached by its address alone needs no rule of Cilium for it, only somebody to resolve it. */
  private isResolvable(from: number, name: string): boolean {
    const { status } = nameResolution(this.analysis, from, name);
    if (status !== 'unobserved') return status === 'observed';
    if (this.graph.rules.isolating('egress', from).length === 0) return true;
    const to = this.analysis.universe.nameEnd(name) ?? -1;
    return this.graph.rules
      .rulesFor('egress', from, to)
      .some(({ rule }) => rule.effect === 'allow' && rule.peers.some(({ kind }) => kind !== 'names'));
  }

  private grants(from: PairedEnd, to: PairedEnd, segments: readonly Segment[]): NonNullable<ReachPair['grants']> {
    const { analysis, graph } = this;
    const egress = grantsOf(analysis, graph.rules, 'egress', from.indices[0] as number, to.indices, segments);
    const ingress = grantsOf(analysis, graph.rules, 'ingress', to.indices[0] as number, from.indices, segments);
    return { ...(egress === undefined ? {} : { egress }), ...(ingress === undefined ? {} : { ingress }) };
  }

  /** Every workload, or one of each class. */
  private shown(): Workload[] {
    return this.analysis.universe.ends.flatMap((end, index) => {
      if (end.kind !== 'pods') return [];
      if (this.query.alike !== 'together') return end.workloads;
      const from = end.workloads.filter((workload) => holds(this.sources, workload, index));
      const to = end.workloads.filter((workload) => holds(this.destinations, workload, index));
      const both = from.find((workload) => to.includes(workload));
      return both === undefined ? [...from.slice(0, 1), ...to.slice(0, 1)] : [both];
    });
  }

  private alikeOf(workload: Workload): number {
    const end = this.analysis.universe.ends[this.endOf(workload)];
    return this.query.alike === 'together' && end?.kind === 'pods' ? end.workloads.length - 1 : 0;
  }

  private asksOutside(): boolean {
    const { sources } = this;
    return sources === undefined || [...sources.ends].some((end) => !this.analysis.universe.pods.has(end));
  }

  private endOf(workload: Workload): number {
    return this.analysis.universe.endOf(workload) as number;
  }
}

interface PairedEnd {
  readonly end: ReachEnd;
  readonly indices: readonly number[];
}

function holds(selection: Selection | undefined, workload: Workload, end: number): boolean {
  if (selection === undefined) return true;
  return selection.ends.has(end) && selection.workloads?.has(workload) !== false;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
