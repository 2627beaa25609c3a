import { closest, distance } from 'fastest-levenshtein';

type Path = readonly (string | number)[];

/** The parts of a valibot schema that say which keys an object may have. */
interface SchemaNode {
  readonly type: string;
  readonly entries?: Readonly<Record<string, SchemaNode>>;
  readonly item?: SchemaNode;
  readonly wrapped?: SchemaNode;
  readonly options?: readonly SchemaNode[];
  readonly key?: string;
  readonly literal?: unknown;
}

/** A key that no schema knows. */
export interface UnknownKey {
  readonly path: Path;
  readonly message: string;
  readonly fix: string;
}

/**
 * Every key of a value that its schema does not know. valibot stops at the first unknown key of an object and does
 * not say which keys it would have taken; people want all of them at once, and a hint.
 */
export function unknownKeys(schema: unknown, value: unknown): readonly UnknownKey[] {
  return [...walk(schema as SchemaNode, value, [])];
}

function* walk(schema: SchemaNode, value: unknown, path: Path): Generator<UnknownKey> {
  if (typeof value !== 'object' || value === null) return;
  const option = schema.wrapped ?? (schema.options === undefined ? undefined : chosen(schema, value));
  if (option !== undefined) yield* walk(option, value, path);
  else if (schema.item !== undefined && Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* walk(schema.item, item, [...path, index]);
  } else if (schema.entries !== undefined && !Array.isArray(value)) {
    yield* walkKeys(schema.entries, value, path);
  }
}

function* walkKeys(entries: Readonly<Record<string, SchemaNode>>, value: object, path: Path): Generator<UnknownKey> {
  for (const [key, field] of Object.entries(value)) {
    const known = Object.hasOwn(entries, key) ? entries[key] : undefined;
    if (known !== undefined) yield* walk(known, field, [...path, key]);
    else yield unknown(key, Object.keys(entries), [...path, key]);
  }
}

/** The alternative that a value was meant for: by its discriminator, or by being a list or a map. */
function chosen(schema: SchemaNode, value: object): SchemaNode | undefined {
  const { key, options = [] } = schema;
  if (key === undefined) {
    return options.find((option) => (Array.isArray(value) ? option.item : option.entries) !== undefined);
  }
  const said = (value as Readonly<Record<string, unknown>>)[key];
  return options.find((option) => option.entries?.[key]?.literal === said);
}

function unknown(key: string, known: readonly string[], path: Path): UnknownKey {
  const near = closest(key, [...known]);
  const meant = distance(key.toLowerCase(), near.toLowerCase()) <= Math.max(2, Math.floor(key.length / 3));
  return {
    path,
    message: `the key '${key}' is unknown${meant ? `; did you mean '${near}'?` : ''}`,
    fix: `use ${known.length > 1 ? 'one of ' : ''}${known.join(', ')}`,
  };
}
