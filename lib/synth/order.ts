import type { ApiObject } from 'cdk8s';
import type { Finding } from '../finding';
import { formatObject } from '../kube/object';
import type { Dependency } from './dependency';
import { objectKey } from './object-check';

/** Kinds that others need before they can exist, in the order in which they are applied. */
const FIRST = new Map([
  ['Namespace', 0],
  ['CustomResourceDefinition', 1],
]);

/**
 * The order in which objects can be applied: Namespaces and CRDs first, then everything after what it depends on,
 * otherwise as in the tree. Linear in objects and dependencies: each is looked at once.
 */
export function applyOrder(
  objects: readonly ApiObject[],
  dependencies: readonly Dependency[],
): { readonly order: readonly ApiObject[]; readonly findings: readonly Finding[] } {
  const phases: number[][] = Array.from({ length: FIRST.size + 1 }, () => []);
  for (const [index, object] of objects.entries()) phases[phase(object)]?.push(index);
  const byPhase = phases.flat();
  const at = (indices: readonly number[]) =>
    indices.filter((index) => index < objects.length).map((index) => objects[index] as ApiObject);
  if (dependencies.length === 0) return { order: at(byPhase), findings: [] };
  const declared = dependencyGraph(objects.length, dependencies);
  const complete = depthFirst(
    byPhase,
    withNeeds(objects, declared, () => true),
  );
  if (complete.cycle === undefined) return { order: at(complete.order), findings: [] };
  // Somebody declared that a Namespace comes after what is in it. What was declared counts, circles in it are errors.
  const { order, cycle } = depthFirst(
    byPhase,
    withNeeds(objects, declared, (index) => declared[index]?.length === 0),
  );
  return { order: at(order), findings: cycle === undefined ? [] : [cycleFinding(at(cycle))] };
}

function phase(object: ApiObject | undefined): number {
  return FIRST.get(object?.kind ?? '') ?? FIRST.size;
}

const MOST_NAMED = 10;

function cycleFinding(cycle: readonly ApiObject[]): Finding {
  const names = cycle.map((object) => `${formatObject(objectKey(object))} (${object.node.path})`);
  const more = names.length - MOST_NAMED;
  const shown = more > 1 ? [...names.slice(0, MOST_NAMED), `${more} more`] : names;
  return {
    rule: 'dependency-cycle',
    severity: 'error',
    where: { construct: cycle[0]?.node.path ?? '' },
    message: `objects depend on each other in a circle: ${[...shown, names[0]].join(' → ')}`,
    fix: 'remove one of these dependencies',
  };
}

/** For each index the indices that come before it. */
type Graph = readonly (readonly number[])[];

/**
 * Each set of objects that depends on something, or that something depends on, gets an index of its own behind the
 * objects' (a gate), so that n objects that depend on m others cost n + m instead of n × m.
 */
function dependencyGraph(count: number, dependencies: readonly Dependency[]): Graph {
  const graph: number[][] = Array.from({ length: count }, () => []);
  const starts = new Map<readonly number[], number>();
  const ends = new Map<readonly number[], number>();
  for (const { dependents, dependencies: before } of dependencies) {
    let start = starts.get(dependents);
    if (start === undefined) {
      start = graph.push([]) - 1;
      starts.set(dependents, start);
      for (const dependent of dependents) graph[dependent]?.push(start);
    }
    let end = ends.get(before);
    if (end === undefined) {
      end = graph.push([...before]) - 1;
      ends.set(before, end);
    }
    graph[start]?.push(end);
  }
  return graph;
}

/**
 * The graph with what nobody has to declare: objects come after their Namespace and after the CRDs of their group.
 * Without it, a Namespace with dependencies could draw objects in front of the other Namespaces.
 * @param waitFor which Namespaces and CRDs
 */
function withNeeds(objects: readonly ApiObject[], declared: Graph, waitFor: (index: number) => boolean): Graph {
  const graph = declared.map((before) => [...before]);
  const needed = new Map<string, number>();
  const provide = (what: string, index: number) => {
    const gate = needed.get(what);
    if (gate === undefined) needed.set(what, graph.push([index]) - 1);
    else graph[gate]?.push(index);
  };
  for (const [index, { kind, name }] of objects.entries()) {
    if (!waitFor(index)) continue;
    if (kind === 'Namespace') provide(`namespace ${name}`, index);
    else if (kind === 'CustomResourceDefinition') provide(`group ${name.slice(name.indexOf('.') + 1)}`, index);
  }
  for (const [index, object] of objects.entries()) {
    if (phase(object) < FIRST.size) continue;
    for (const need of [`namespace ${objectKey(object).namespace}`, `group ${object.apiGroup}`]) {
      const gate = needed.get(need);
      if (gate !== undefined) graph[index]?.push(gate);
    }
  }
  return graph;
}

function depthFirst(roots: readonly number[], graph: Graph): { order: number[]; cycle?: number[] } {
  const order: number[] = [];
  const state = new Uint8Array(graph.length); // 0 new, 1 on the stack, 2 done
  for (const root of roots) {
    const stack = state[root] === 0 ? [{ index: root, next: 0 }] : [];
    state[root] ||= 1;
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const before = graph[top.index]?.[top.next++];
      if (before === undefined) {
        state[top.index] = 2;
        order.push(top.index);
        stack.pop();
      } else if (state[before] === 1) {
        const path = stack.map((entry) => entry.index);
        return { order, cycle: path.slice(path.indexOf(before)) };
      } else if (state[before] === 0) {
        state[before] = 1;
        stack.push({ index: before, next: 0 });
      }
    }
  }
  return { order };
}
