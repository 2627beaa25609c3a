import { type Alias, isAlias, isMap, isScalar, isSeq, type LineCounter, type YAMLMap } from 'yaml';
import { type Problem, quoted } from '../finding';

/** Something that YAML allows and settings do not, and where it starts. */
export interface YamlRefusal extends Problem {
  readonly rule: string;
  readonly offset: number;
}

/** Reported errors of one kind: a broken file or a bomb has millions, and the first ones say it all. */
export const MOST_REFUSALS = 20;

/**
 * What settings do without: aliases, which can blow a small file up to gigabytes, and a key that stands twice in a
 * map. One linear pass.
 */
export function yamlRefusals(contents: unknown, lines: LineCounter): readonly YamlRefusal[] {
  const found: YamlRefusal[] = [];
  let aliases = 0;
  // Last first, so that the stack gives them back in the order of the file.
  const rest = [contents];
  while (rest.length > 0) {
    const node = rest.pop();
    if (isAlias(node) && ++aliases <= MOST_REFUSALS) found.push(aliasRefusal(node));
    if (isSeq(node)) for (const item of node.items.toReversed()) rest.push(item);
    if (!isMap(node)) continue;
    for (const duplicate of duplicateKeys(node, lines)) found.push(duplicate);
    for (const { key, value } of node.items.toReversed()) rest.push(value, key);
  }
  return found;
}

function aliasRefusal(node: Alias): YamlRefusal {
  return {
    rule: 'yaml-alias',
    offset: node.range?.[0] ?? 0,
    message: `${quoted(`*${node.source}`)} is a YAML alias, and settings do without`,
    fix: "write the value out; if it is a text that starts with '*', put it in quotes",
  };
}

function duplicateKeys(map: YAMLMap, lines: LineCounter): readonly YamlRefusal[] {
  const first = new Map<string, number>();
  const found: YamlRefusal[] = [];
  for (const { key } of map.items) {
    if (!isScalar(key)) continue;
    const [name, offset] = [String(key.value), key.range?.[0] ?? 0];
    const other = first.get(name);
    if (other === undefined) first.set(name, offset);
    else {
      const message = `the key ${quoted(name)} already stands in this map, in line ${lines.linePos(other).line}`;
      found.push({ rule: 'duplicate-key', offset, message, fix: 'remove one of the two' });
    }
  }
  return found;
}
