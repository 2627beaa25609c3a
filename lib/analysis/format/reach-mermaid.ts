import { InvalidValueError, printable } from '../../finding';
import { type Diagram, MOST_EDGES } from './reach-diagram';
import { boxes } from './reach-dot';

/**
 * The diagram as a Mermaid flowchart, which GitHub draws.
 * @throws InvalidValueError if there are more edges than Mermaid draws
 */
export function* reachMermaid({ nodes, edges }: Diagram): Generator<string> {
  if (edges.length > MOST_EDGES) {
    throw new InvalidValueError({
      message: `there are ${edges.length} edges between namespaces, and Mermaid draws no more than ${MOST_EDGES}`,
      fix: 'ask about fewer ends with --from and --to, or use --format dot',
    });
  }
  yield 'flowchart LR\n';
  let number = 0;
  for (const [group, members] of boxes(nodes)) {
    if (group === undefined) {
      for (const { id, label, isOutside } of members) {
        const [open, close] = isOutside ? ['([', '])'] : ['[', ']'];
        yield `  ${id}${open}"${escaped(label)}"${close}\n`;
      }
      continue;
    }
    yield `  subgraph g${number++}["${escaped(group)}"]\n`;
    for (const { id, label } of members) yield `    ${id}["${escaped(label)}"]\n`;
    yield '  end\n';
  }
  for (const { from, to, label } of edges) yield `  ${from} -->|"${escaped(label)}"| ${to}\n`;
}

/** Everything that could end a label, start markup or a link is written by its number. */
function escaped(text: string): string {
  return printable(text).replace(/[^A-Za-z0-9 ./:,\-_]/gu, (character) => `#${character.codePointAt(0)};`);
}
