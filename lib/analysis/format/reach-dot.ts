import { printable } from '../../finding';
import { grouped } from '../../kube/grouped';
import type { Diagram, DiagramNode } from './reach-diagram';

/** The diagram in the language of Graphviz, namespaces as boxes. */
export function* reachDot({ nodes, edges }: Diagram): Generator<string> {
  yield 'digraph reach {\n  rankdir=LR;\n  node [shape=box, fontname="sans-serif"];\n  edge [fontname="sans-serif"];\n';
  let number = 0;
  for (const [group, members] of boxes(nodes)) {
    if (group === undefined) {
      for (const { id, label, isOutside } of members) {
        yield `  ${id} [label=${quote(label)}${isOutside ? ', shape=ellipse' : ''}];\n`;
      }
      continue;
    }
    yield `  subgraph cluster_${number++} {\n    label=${quote(group)};\n`;
    for (const { id, label } of members) yield `    ${id} [label=${quote(label)}];\n`;
    yield '  }\n';
  }
  for (const { from, to, label } of edges) yield `  ${from} -> ${to} [label=${quote(label)}];\n`;
  yield '}\n';
}

/** Nodes by their box, those without one last. */
export function boxes(
  nodes: readonly DiagramNode[],
): readonly (readonly [string | undefined, readonly DiagramNode[]])[] {
  const groups = new Map(grouped(nodes, ({ group }) => group));
  const outside = groups.get(undefined);
  groups.delete(undefined);
  return outside === undefined ? [...groups] : [...groups, [undefined, outside]];
}

/** A backslash would start an escape such as `\N`, the name of the node. */
function quote(text: string): string {
  return `"${printable(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
