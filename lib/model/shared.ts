/** What a writer remembers about data that it meets again and again. */
export interface Remembered {
  /** Where the text stands; the text of another place is another one. */
  place?: object;
  text?: string;
}

const shared = new WeakMap<object, Remembered>();

/**
 * Freezes plain data that many objects hold, such as the rule towards a service that every workspace uses, so that it has
 * to be rendered and written only once.
 */
export function share<Data extends object>(data: Data): Data {
  deepFreeze(data);
  shared.set(data, {});
  return data;
}

/** What writers remember about shared data; undefined for all other data. */
export function rememberedOf(data: object): Remembered | undefined {
  return shared.get(data);
}

function deepFreeze(data: unknown): void {
  if (typeof data !== 'object' || data === null || Object.isFrozen(data)) return;
  if (Array.isArray(data)) for (const item of data) deepFreeze(item);
  else for (const key in data) deepFreeze(data[key as keyof typeof data]);
  Object.freeze(data);
}

/** A list that is part of several lists. */
export class SharedList<Item> implements Remembered {
  place?: object;
  text?: string;
  private change?: (item: never) => unknown;
  private changed?: SharedList<unknown>;

  /** @param items frozen with all that is in them */
  constructor(readonly items: readonly Item[]) {
    deepFreeze(items);
  }

  /** The same list for the same function, if it is asked for that one several times in a row. */
  map<Other>(change: (item: Item) => Other): SharedList<Other> {
    if (this.change !== change || this.changed === undefined) {
      this.changed = new SharedList(this.items.map(change));
      this.change = change;
    }
    return this.changed as SharedList<Other>;
  }
}

const PARTS = Symbol('portcullis.parts');

/** One list of all items, frozen, that tells its parts to those who ask. */
export function joined<Item>(parts: readonly SharedList<Item>[]): readonly Item[] {
  const list: Item[] & { [PARTS]?: typeof parts } = [];
  for (const { items } of parts) for (const item of items) list.push(item);
  // Nobody who compares or copies the list sees them.
  Object.defineProperty(list, PARTS, { value: parts });
  return Object.freeze(list);
}

/** The parts of a list that `joined()` made; undefined for all others, copies of it among them. */
export function partsOf<Item>(list: readonly Item[]): readonly SharedList<Item>[] | undefined {
  return (list as { readonly [PARTS]?: readonly SharedList<Item>[] })[PARTS];
}
