import { quoted } from '../finding';
import { didYouMean, nearest } from './did-you-mean';

type Path = readonly (string | number)[];

/** The parts of a valibot schema that say where maps and lists are, and which keys a map may have. */
interface SchemaNode {
  readonly type: string;
  readonly entries?: Readonly<Record<string, SchemaNode>>;
  readonly item?: SchemaNode;
  readonly wrapped?: SchemaNode;
  readonly options?: readonly SchemaNode[];
  readonly key?: unknown;
  readonly literal?: unknown;
}

/** Something about maps and lists that valibot does not say, or not well. */
export interface StructureProblem {
  readonly rule: 'unknown-key' | 'invalid-value';
  readonly path: Path;
  /** What stands wrong at the path; the value by default. */
  readonly part?: 'key';
  readonly message: string;
  readonly fix: string;
  /** The key that an unknown one was probably meant to be. */
  readonly meant?: string | undefined;
}

/**
 * Every unknown key, and every list that stands for a map. valibot stops at the first unknown key of a map, does not
 * say which keys it would have taken, and takes a list for a map with the keys 0, 1, 2.
 */
export function structureProblems(schema: unknown, value: unknown): readonly StructureProblem[] {
  return [...walk(schema as SchemaNode, value, [])];
}

function* walk(schema: SchemaNode, value: unknown, path: Path): Generator<StructureProblem> {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value) && isMapOnly(schema)) yield listForMap(path);
  else if (schema.type === 'record') yield* walkRecord(value, path);
  else if (schema.wrapped !== undefined) yield* walk(schema.wrapped, value, path);
  else if (schema.options !== undefined) {
    const option = chosen(schema, value);
    if (option !== undefined) yield* walk(option, value, path);
  } else if (schema.item !== undefined && Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* walk(schema.item, item, [...path, index]);
  } else if (schema.entries !== undefined) yield* walkKeys(schema.entries, value, path);
}

/** True if a schema takes maps and no lists. */
function isMapOnly({ type, entries, wrapped, options = [] }: SchemaNode): boolean {
  if (wrapped !== undefined) return isMapOnly(wrapped);
  if (entries !== undefined || type === 'record') return true;
  return options.some(isMapOnly) && !options.some(({ item }) => item !== undefined);
}

function listForMap(path: Path): StructureProblem {
  const what = path.length === 0 ? 'the file' : quoted(path.join('.'));
  return { rule: 'invalid-value', path, message: `${what} is a list`, fix: "write a map: 'key: value', without '-'" };
}

/** valibot leaves these keys out without a word, and a selector with a label less selects more. */
function* walkRecord(value: object, path: Path): Generator<StructureProblem> {
  for (const key of ['__proto__', 'prototype', 'constructor'].filter((name) => Object.hasOwn(value, name))) {
    const message = `the key '${key}' cannot be used`;
    yield { rule: 'unknown-key', path: [...path, key], part: 'key', message, fix: 'use another key' };
  }
}

function* walkKeys(
  entries: Readonly<Record<string, SchemaNode>>,
  value: object,
  path: Path,
): Generator<StructureProblem> {
  const known = Object.keys(entries);
  const missing = known.filter((key) => !Object.hasOwn(value, key));
  for (const [key, field] of Object.entries(value)) {
    const schema = Object.hasOwn(entries, key) ? entries[key] : undefined;
    if (schema !== undefined) yield* walk(schema, field, [...path, key]);
    else {
      yield {
        rule: 'unknown-key',
        path: [...path, key],
        part: 'key',
        message: `the key ${quoted(key)} is unknown${didYouMean(key, missing)}`,
        fix: `use ${known.length > 1 ? 'one of ' : ''}${known.join(', ')}`,
        meant: nearest(key, missing),
      };
    }
  }
}

/** The alternative that a value was meant for: by its discriminator, or by being a list or a map. */
function chosen({ key, options = [] }: SchemaNode, value: object): SchemaNode | undefined {
  if (typeof key !== 'string') {
    return options.find((option) => (Array.isArray(value) ? option.item : option.entries) !== undefined);
  }
  const said = (value as Readonly<Record<string, unknown>>)[key];
  return options.find((option) => option.entries?.[key]?.literal === said);
}
