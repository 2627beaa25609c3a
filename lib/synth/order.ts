import type { ApiObject } from 'cdk8s';
import type { Finding } from '../finding';
import { formatObject } from '../kube/object';
import { objectKey } from './object-check';
import type { Dependency, Range } from './tree';

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
  const byPhase = objects.map((_, index) => index).sort((a, b) => phase(objects[a]) - phase(objects[b]) || a - b);
  if (dependencies.length === 0) return { order: byPhase.map((index) => objects[index] as ApiObject), findings: [] };
  const graph = dependencyGraph(objects.length, dependencies);
  const { order, cycle } = depthFirst(byPhase, graph);
  const sorted = order.filter((index) => index < objects.length).map((index) => objects[index] as ApiObject);
  if (cycle === undefined) return { order: sorted, findings: [] };
  return {
    order: sorted,
    findings: [
      cycleFinding(cycle.filter((index) => index < objects.length).map((index) => objects[index] as ApiObject)),
    ],
  };
}

function phase(object: ApiObject | undefined): number {
  return FIRST.get(object?.kind ?? '') ?? FIRST.size;
}

function cycleFinding(cycle: readonly ApiObject[]): Finding {
  const names = cycle.map((object) => `${formatObject(objectKey(object))} (${object.node.path})`);
  return {
    rule: 'dependency-cycle',
    severity: 'error',
    where: { construct: cycle[0]?.node.path ?? '' },
    message: `objects depend on each other in a circle: ${[...names, names[0]].join(' → ')}`,
    fix: 'remove one of these dependencies',
  };
}

/**
 * For each index what it comes after. Each range of dependencies gets one index of its own behind the objects' (a
 * gate), so that n objects that depend on m others cost n + m instead of n × m.
 */
function dependencyGraph(count: number, dependencies: readonly Dependency[]): readonly (readonly number[])[] {
  const graph: number[][] = Array.from({ length: count }, () => []);
  const gates = new Map<string, number>();
  for (const { dependents, dependencies: after } of dependencies) {
    const key = `${after.start}-${after.end}`;
    let gate = gates.get(key);
    if (gate === undefined) {
      gate = graph.length;
      gates.set(key, gate);
      graph.push(indices(after));
    }
    for (const dependent of indices(dependents)) {
      // An object inside the range that it depends on (a child of its own dependency) does not wait for itself.
      if (dependent < after.start || dependent >= after.end) graph[dependent]?.push(gate);
      else graph[dependent]?.push(...indices(after).filter((index) => index !== dependent));
    }
  }
  return graph;
}

function indices(range: Range): number[] {
  return Array.from({ length: range.end - range.start }, (_, offset) => range.start + offset);
}

function depthFirst(
  roots: readonly number[],
  graph: readonly (readonly number[])[],
): { order: number[]; cycle?: number[] } {
  const order: number[] = [];
  const state = new Uint8Array(graph.length); // 0 new, 1 on the stack, 2 done
  for (const root of roots) {
    const stack = state[root] === 0 ? [{ index: root, next: 0 }] : [];
    state[root] ||= 1;
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const after = graph[top.index]?.[top.next++];
      if (after === undefined) {
        state[top.index] = 2;
        order.push(top.index);
        stack.pop();
      } else if (state[after] === 1) {
        const path = stack.map((entry) => entry.index);
        return { order, cycle: path.slice(path.indexOf(after)) };
      } else if (state[after] === 0) {
        state[after] = 1;
        stack.push({ index: after, next: 0 });
      }
    }
  }
  return { order };
}
