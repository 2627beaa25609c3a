import { type Analysis, analyse } from '../analysis';
import type { AnalysisDialect } from '../dialect';
import type { Manifests } from '../load/manifests';
import { readPolicies } from '../policy/read-policies';
import { mentionedIn } from '../universe/mentioned';
import type { Interest } from '../universe/universe';
import { ChangeGroups } from './change-groups';
import { type DiffSide, diffSides } from './diff-sides';
import type { Difference, DifferenceSide } from './difference';
import { GrantedGraph } from './granted-graph';
import { type JointEnd, jointEnds } from './joint-ends';
import { OutsideEnds } from './outside-ends';
import { RowCache } from './row-cache';
import { type NumberedChange, SharedConnections } from './shared-connections';

export interface DiffOptions {
  /**
   * What enforces the policies, before and after.
   * @default - as each of the manifests says; Cilium for both if one has a policy of Cilium and the other says nothing
   */
  readonly dialect?: AnalysisDialect;
  /**
   * Examples to name for each group.
   * @default 3
   */
  readonly examples?: number;
  /** Hears how many ends have been compared, and of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * What a change of manifests does to who may reach whom, however the policies are written: connections that open or
 * close, and those that lose or gain a condition, in the few groups that a reviewer judges one by one.
 */
export function diff(before: Manifests, after: Manifests, options: DiffOptions = {}): Difference {
  const sides = diffSides(before, after, options.dialect);
  const interest = together(sides);
  const [old, now] = [analysed(sides[0], interest), analysed(sides[1], interest)];
  const { ends, appeared, disappeared } = jointEnds(old, now);
  const groups = new ChangeGroups(ends, options.examples ?? 3);
  new Comparison(old, now, ends, groups).run(options.onProgress);
  return { before: side(old), after: side(now), groups: groups.all(), appeared, disappeared };
}

function analysed({ manifests, dialect }: DiffSide, interest: Interest): Analysis {
  return analyse(manifests, { dialect, ...interest });
}

/** All that the policies of either can tell apart. */
function together(sides: readonly DiffSide[]): Interest {
  const mentioned = sides.map(({ manifests, dialect }) => mentionedIn(readPolicies(manifests, dialect).policies));
  const addresses = mentioned.flatMap(({ blocks }) => blocks.flatMap(({ cidr, except }) => [cidr, ...except]));
  const names = mentioned.flatMap((each) => [...each.names]);
  return { addresses: [...new Set(addresses)].sort(), names: [...new Set(names)].sort() };
}

function side({ dialect, universe, policies, findings }: Analysis): DifferenceSide {
  const workloads = universe.ends.reduce((sum, end) => sum + (end.kind === 'pods' ? end.workloads.length : 0), 0);
  return { dialect, workloads, policies: policies.length, findings };
}

/** Goes through both graphs row by row. */
class Comparison {
  private readonly before: GrantedGraph;
  private readonly after: GrantedGraph;
  private readonly rows = { before: rowCache(), after: rowCache() };
  private readonly shared = new SharedConnections();
  private readonly outside: OutsideEnds;
  /** Joint ends that are pods, and the others. */
  private readonly pods: readonly number[];
  private readonly others: readonly number[];

  constructor(
    before: Analysis,
    after: Analysis,
    private readonly ends: readonly JointEnd[],
    private readonly groups: ChangeGroups,
  ) {
    // What nodes may do whatever policies say is there before and after, and so is no change.
    this.before = new GrantedGraph(before, true);
    this.after = new GrantedGraph(after, true);
    this.outside = new OutsideEnds(after);
    const indices = ends.map((_, index) => index);
    this.pods = indices.filter((index) => ends[index]?.namespace !== undefined);
    this.others = indices.filter((index) => ends[index]?.namespace === undefined);
  }

  run(onProgress?: DiffOptions['onProgress']): void {
    for (const [number, joint] of this.pods.entries()) {
      this.compareRow(joint);
      this.compareSources(joint);
      onProgress?.(number + 1, this.pods.length);
    }
  }

  private compareRow(from: number): void {
    const old = this.rowOf('before', from);
    const now = this.rowOf('after', from);
    for (const to of this.pods) {
      const a = at(old, this.ends[to]?.before);
      const b = at(now, this.ends[to]?.after);
      if (a !== b) this.groups.add(from, to, this.shared.change(a, b));
    }
    const changed = this.others.flatMap((to): [number, NumberedChange][] => {
      const [a, b] = [at(old, this.ends[to]?.before), at(now, this.ends[to]?.after)];
      return a === b ? [] : [[this.ends[to]?.after as number, this.shared.change(a, b)]];
    });
    for (const { end, value } of this.outside.group(changed)) this.groups.add(from, end, value);
  }

  /** What is outside and may reach pods. */
  private compareSources(to: number): void {
    const old = this.sourcesOf(this.before, this.ends[to]?.before);
    const now = this.sourcesOf(this.after, this.ends[to]?.after);
    const changed = this.others.flatMap((from): [number, NumberedChange][] => {
      const { before, after } = this.ends[from] as JointEnd;
      const [a, b] = [old.get(before ?? -1) ?? 0, now.get(after ?? -1) ?? 0];
      return a === b ? [] : [[after as number, this.shared.change(a, b)]];
    });
    for (const { end, value } of this.outside.group(changed)) this.groups.add(end, to, value);
  }

  /** Numbers of the connections to every end of one analysis. */
  private rowOf(which: 'before' | 'after', joint: number): Int32Array {
    const graph = this[which];
    const from = this.ends[joint]?.[which];
    if (from === undefined) return NO_ROW;
    return this.rows[which].get(from, () => {
      const row = new Int32Array(graph.analysis.universe.size);
      graph.row(from, (to, connection) => {
        row[to] = this.shared.number(connection);
      });
      return row;
    });
  }

  private sourcesOf(graph: GrantedGraph, to: number | undefined): ReadonlyMap<number, number> {
    const sources = new Map<number, number>();
    if (to === undefined) return sources;
    graph.sources(to, (from, connection) => sources.set(from, this.shared.number(connection)));
    return sources;
  }
}

const NO_ROW = new Int32Array(0);

function rowCache(): RowCache<Int32Array> {
  return new RowCache((row) => row.length);
}

/** 0 for an end that is not there. */
function at(row: Int32Array, end: number | undefined): number {
  return end === undefined ? 0 : (row[end] ?? 0);
}
