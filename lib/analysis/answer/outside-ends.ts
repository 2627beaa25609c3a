import { holdsMostAddresses } from '../address/special-address';
import type { Analysis } from '../analysis';
import { addressesEnd, entitiesEnd, nameEnd, type OutsideEnd } from './reach-end';

/** Ends outside that are connected alike, or of which the same is true. */
export interface OutsideGroup<Value> {
  readonly end: OutsideEnd;
  readonly indices: readonly number[];
  readonly value: Value;
}

/** Makes of many ends outside the few that a person would name. */
export class OutsideEnds {
  private readonly named = new Map<string, { readonly end: OutsideEnd; readonly isMost: boolean }>();

  /** @param everyName whether to list names too that are open only because most addresses are */
  constructor(
    private readonly analysis: Analysis,
    private readonly everyName = false,
  ) {}

  /**
   * Addresses with the same value become one end, entities likewise; names are ends of their own. The same addresses
   * always become the same object.
   */
  group<Value>(valued: readonly (readonly [end: number, value: Value])[]): readonly OutsideGroup<Value>[] {
    const { ends } = this.analysis.universe;
    const byKind = { addresses: new Map<Value, number[]>(), entity: new Map<Value, number[]>() };
    const names: [number, Value][] = [];
    for (const [index, value] of valued) {
      const kind = ends[index]?.kind;
      if (kind === 'name') names.push([index, value]);
      else if (kind === 'addresses' || kind === 'entity') {
        const known = byKind[kind].get(value);
        if (known === undefined) byKind[kind].set(value, [index]);
        else known.push(index);
      }
    }
    const covered = new Set<Value>();
    const addresses = [...byKind.addresses].map(([value, indices]): OutsideGroup<Value> => {
      const { end, isMost } = this.merged(indices);
      if (isMost && !this.everyName) covered.add(value);
      return { end, indices, value };
    });
    const entities = [...byKind.entity].map(([value, indices]): OutsideGroup<Value> => {
      return { end: this.merged(indices).end, indices, value };
    });
    const single = names
      .filter(([, value]) => !covered.has(value))
      .map(([index, value]): OutsideGroup<Value> => {
        return { end: this.merged([index]).end, indices: [index], value };
      });
    return [...addresses, ...single, ...entities].sort((a, b) => (a.indices[0] ?? 0) - (b.indices[0] ?? 0));
  }

  private merged(unsorted: number[]): { readonly end: OutsideEnd; readonly isMost: boolean } {
    const { ends } = this.analysis.universe;
    const indices = unsorted.sort((a, b) => a - b);
    const key = indices.join();
    let found = this.named.get(key);
    if (found === undefined) {
      const ranges = indices.flatMap((index) => {
        const end = ends[index];
        return end?.kind === 'addresses' ? end.ranges : [];
      });
      const first = ends[indices[0] ?? -1];
      const entities = indices.flatMap((index) => {
        const end = ends[index];
        return end?.kind === 'entity' ? [end.entity] : [];
      });
      const end =
        first?.kind === 'name'
          ? nameEnd(first.pattern)
          : ranges.length > 0
            ? addressesEnd(ranges)
            : entitiesEnd(entities);
      found = { end, isMost: holdsMostAddresses(ranges) };
      this.named.set(key, found);
    }
    return found;
  }
}
