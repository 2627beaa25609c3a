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

/** A list that is part of several lists. Its items are made when somebody looks at them. */
export class SharedList<Item> implements Remembered {
  place?: object;
  text?: string;
  private made: readonly Item[] | undefined;
  private change?: (item: never) => unknown;
  private changed?: SharedList<unknown>;

  /**
   * @param make pure
   * @param likeness says that many lists are like this one
   */
  constructor(
    private readonly make: () => readonly Item[],
    readonly likeness?: Likeness<Item>,
  ) {}

  /** Frozen with all that is in them. */
  get items(): readonly Item[] {
    if (this.made === undefined) {
      this.made = this.make();
      deepFreeze(this.made);
    }
    return this.made;
  }

  /**
   * The same list for the same function, if it is asked for that one several times in a row.
   * @param change pure; carries texts over as they are, so that lists that are alike stay alike
   */
  map<Other>(change: (item: Item) => Other): SharedList<Other> {
    if (this.change !== change || this.changed === undefined) {
      const { likeness } = this;
      this.changed = new SharedList<unknown>(
        () => this.items.map(change),
        likeness && { pattern: likeness.pattern.map(change), of: likeness.of, is: likeness.is },
      );
      this.change = change;
    }
    return this.changed as SharedList<Other>;
  }
}

/**
 * Lists that differ in one word need to be written only once: their text is that of the pattern, with one word in place
 * of the other. Both have to be written without quotes wherever they stand.
 */
export interface Likeness<Item> {
  readonly pattern: SharedList<Item>;
  /** The word in the pattern; nothing else there holds it. */
  readonly of: string;
  /** The word in the list. */
  readonly is: string;
}

const PARTS = Symbol('portcullis.parts');

type Joined<Item> = Item[] & { [PARTS]: readonly SharedList<Item>[] };

/**
 * One list of all items, frozen, that tells its parts to those who ask. For all others it is a list like any other, which
 * is put together once they look at it.
 */
export function joined<Item>(parts: readonly SharedList<Item>[]): readonly Item[] {
  // Nobody who compares or copies the list sees the parts.
  return new Proxy(Object.defineProperty([], PARTS, { value: parts }) as unknown as Joined<Item>, JOINED);
}

/** The parts of a list that `joined()` made; undefined for all others, copies of it among them. */
export function partsOf<Item>(list: readonly Item[]): readonly SharedList<Item>[] | undefined {
  return (list as Partial<Joined<Item>>)[PARTS];
}

/** Data with ordinary lists in place of joined ones, for those who look at it in ways that see through a Proxy. */
export function withoutParts(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map(withoutParts);
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, withoutParts(value)]));
}

function filled(list: Joined<unknown>): unknown[] {
  if (!Object.isFrozen(list)) {
    // Not by spreading, which a list of a hundred thousand is too long for.
    for (const { items } of list[PARTS]) for (const item of items) list.push(item as never);
    Object.freeze(list);
  }
  return list;
}

const JOINED: ProxyHandler<Joined<never>> = {
  get: (list, key) => (key === PARTS ? list[PARTS] : Reflect.get(filled(list), key)),
  set: (list, key, value) => Reflect.set(filled(list), key, value),
  has: (list, key) => Reflect.has(filled(list), key),
  ownKeys: (list) => Reflect.ownKeys(filled(list)),
  getOwnPropertyDescriptor: (list, key) => Reflect.getOwnPropertyDescriptor(filled(list), key),
  defineProperty: (list, key, descriptor) => Reflect.defineProperty(filled(list), key, descriptor),
  deleteProperty: (list, key) => Reflect.deleteProperty(filled(list), key),
  isExtensible: (list) => Reflect.isExtensible(filled(list)),
  preventExtensions: (list) => Reflect.preventExtensions(filled(list)),
};
