import type { Connection } from '../connection/connection';
import { Bits } from './bits';

/** What some pods may do in one direction, for every end at the other side. */
export interface Access {
  /** Whether what no rule allows is denied. */
  readonly isolated: boolean;
  /** Ends that rules name one by one. */
  readonly few: ReadonlyMap<number, Connection>;
  /** Ends that rules name by the many, without those of `few`; disjoint. */
  readonly many: readonly AccessBlock[];
}

export interface AccessBlock {
  readonly ends: Bits;
  readonly connection: Connection;
}

/** A rule as sets see it. */
export interface SetRule {
  /** Stands for effect, ports, L7 and authentication, see ConnectionTable. */
  readonly content: number;
  readonly peers: Bits | readonly number[];
}

/**
 * Parts all ends by the rules that apply to them, and joins what these rules say.
 *
 * Rules with few peers are noted end by end, the others by splitting sets, so that neither a rule for everybody nor ten
 * thousand rules for one peer each cost a walk over all ends.
 */
export function accessOf(
  rules: readonly SetRule[],
  size: number,
  join: (contents: readonly number[]) => Connection,
  isolated: boolean,
): Access {
  let blocks: { ends: Bits; contents: readonly number[] }[] = [{ ends: Bits.all(size), contents: [] }];
  const named = new Map<number, number[]>();
  for (const { content, peers } of rules) {
    if (peers instanceof Bits) blocks = blocks.flatMap((block) => split(block, peers, content));
    else {
      for (const end of peers) {
        const contents = named.get(end);
        if (contents === undefined) named.set(end, [content]);
        else contents.push(content);
      }
    }
  }
  const few = new Map<number, Connection>();
  for (const [end, contents] of named) {
    const block = blocks.find(({ ends }) => ends.has(end));
    few.set(end, join([...(block?.contents ?? []), ...contents]));
  }
  const alone = Bits.of(size, named.keys());
  const many = blocks
    .map(({ ends, contents }) => ({ ends: ends.without(alone), connection: join(contents) }))
    .filter(({ ends, connection }) => connection.segments.length > 0 && !ends.isEmpty);
  return { isolated, few, many };
}

function split(block: { ends: Bits; contents: readonly number[] }, peers: Bits, content: number) {
  const inside = block.ends.and(peers);
  if (inside.isEmpty) return [block];
  const outside = block.ends.without(peers);
  const matched = { ends: inside, contents: [...block.contents, content] };
  return outside.isEmpty ? [matched] : [matched, { ends: outside, contents: block.contents }];
}

/** What is allowed with one end at the other side; undefined for nothing. */
export function accessTo(access: Access, end: number): Connection | undefined {
  return access.few.get(end) ?? access.many.find(({ ends }) => ends.has(end))?.connection;
}
