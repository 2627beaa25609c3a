import { ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { visit } from './visit';

/** All of `dependents` come after all of `dependencies`; both are indices of `Tree.objects`, and share none. */
export interface Dependency {
  /** The same array wherever the same construct's objects are meant, so that readers can look at it once. */
  readonly dependents: readonly number[];
  readonly dependencies: readonly number[];
}

/**
 * What constructs with dependencies mean for the objects: every object of a construct comes after every object of
 * the construct that it depends on.
 *
 * Between a construct and another one inside it, only the objects of the outer one's own chart are meant, as in cdk8s:
 * a chart that depends on a chart inside it (cdk8s adds such dependencies itself when it synthesizes) says nothing
 * about the other charts in it.
 */
export function collectDependencies(
  root: IConstruct,
  objects: readonly ApiObject[],
  dependents: readonly IConstruct[],
): readonly Dependency[] {
  if (dependents.length === 0) return [];
  const lists = new ObjectLists(root, objects);
  return dependents.flatMap((dependent) =>
    dependent.node.dependencies.flatMap((dependency) => {
      const found = lists.between(dependent, dependency);
      return found === undefined || found.dependents.length === 0 || found.dependencies.length === 0 ? [] : [found];
    }),
  );
}

/** Indices from `start` up to but not including `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** The objects below each construct. They are a contiguous range, since objects are in the order of the tree. */
class ObjectLists {
  private readonly ranges: ReadonlyMap<IConstruct, Range>;
  private readonly all = new Map<IConstruct, readonly number[]>();
  private readonly own = new Map<IConstruct, readonly number[]>();

  constructor(
    root: IConstruct,
    private readonly objects: readonly ApiObject[],
  ) {
    this.ranges = objectRanges(root);
  }

  /** Undefined if one of the constructs is not in the tree. */
  between(dependent: IConstruct, dependency: IConstruct): Dependency | undefined {
    const [after, before] = [this.ranges.get(dependent), this.ranges.get(dependency)];
    if (after === undefined || before === undefined) return undefined;
    if (after.end <= before.start || before.end <= after.start) {
      return { dependents: this.allOf(dependent, after), dependencies: this.allOf(dependency, before) };
    }
    return size(after) > size(before)
      ? { dependents: without(this.ownOf(dependent, after), before), dependencies: this.allOf(dependency, before) }
      : { dependents: this.allOf(dependent, after), dependencies: without(this.ownOf(dependency, before), after) };
  }

  private allOf(construct: IConstruct, range: Range): readonly number[] {
    return remembered(this.all, construct, () => indices(range));
  }

  /** The objects that are in the same chart as the construct itself. */
  private ownOf(construct: IConstruct, range: Range): readonly number[] {
    return remembered(this.own, construct, () => {
      const chart = construct.node.scopes.findLast((scope) => Chart.isChart(scope));
      return indices(range).filter((index) => this.objects[index]?.chart === chart);
    });
  }
}

function objectRanges(root: IConstruct): ReadonlyMap<IConstruct, Range> {
  const ranges = new Map<IConstruct, { start: number; end: number }>();
  let count = 0;
  visit(
    root,
    (construct) => {
      ranges.set(construct, { start: count, end: count });
      if (ApiObject.isApiObject(construct)) count++;
    },
    (construct) => {
      (ranges.get(construct) as { end: number }).end = count;
    },
  );
  return ranges;
}

function remembered<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function size({ start, end }: Range): number {
  return end - start;
}

function indices(range: Range): readonly number[] {
  return Array.from({ length: size(range) }, (_, offset) => range.start + offset);
}

/** The same array if there is nothing to leave out. */
function without(list: readonly number[], { start, end }: Range): readonly number[] {
  const inside = (index: number) => start <= index && index < end;
  return list.some(inside) ? list.filter((index) => !inside(index)) : list;
}
