import { InvalidValueError } from '../finding';
import { partsOf, type Remembered, rememberedOf, type SharedList } from '../model/shared';
import { blockScalar, scalarText } from './yaml-scalar';

/**
 * Writes JSON-like data as one YAML document in block style: two spaces of indent, keys in the order of the data,
 * strings quoted only where YAML 1.1 or 1.2 would read them as something else, texts of several lines as literal
 * blocks. Much faster than a general YAML writer because it knows no anchors, tags, comments or folding.
 *
 * Fields that are undefined are left out, as in JSON.
 *
 * @returns the document's text, ending with a newline, without `---`
 * @throws InvalidValueError naming the path of a value that JSON has no form for (a function, NaN, a class instance,
 * half of a surrogate pair)
 */
export function emitDocument(value: unknown): string {
  return `${emit(value, false)}\n`;
}

/**
 * Writes a map like `emitDocument()`, unless anything in it means something to cdk8s that only cdk8s can say: Lazy values,
 * tokens, class instances, null, which it leaves out.
 *
 * @returns undefined in that case; no text at all for a map without fields
 * @throws InvalidValueError naming the path of a value that JSON has no form for
 */
export function emitPlain(value: Data): string | undefined {
  if (isEmpty(value)) return '';
  try {
    return `${emit(value, true)}\n`;
  } catch (error) {
    if (error === NOT_PLAIN) return undefined;
    throw error;
  }
}

type Data = Readonly<Record<string, unknown>>;
const NOT_PLAIN = Symbol('not plain');

/** Where a value stands is asked only once one is refused: keeping it for each would take a tenth of the time. */
function emit(value: unknown, plain: boolean): string {
  try {
    return new Emitter(plain).value(value);
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    return new Emitter(plain, []).value(value);
  }
}

/** How the lines of a map or a list start, with the line break in front. */
class Line {
  private readonly keys = new Map<string, string>();
  private below: Line | undefined;
  private dashed: Line | undefined;

  constructor(
    readonly start: string,
    /** The blanks of `start`, with blanks for dashes. */
    readonly indent: string,
  ) {}

  /** Lines that are indented by two more blanks. */
  get inside(): Line {
    this.below ??= new Line(`\n${this.indent}  `, `${this.indent}  `);
    return this.below;
  }

  /** The first line of an item of a list. */
  get item(): Line {
    this.dashed ??= new Line(`${this.start}- `, `${this.indent}  `);
    return this.dashed;
  }

  /**
   * The line up to a key's colon; undefined if the key is not valid Unicode. Keys repeat, so their lines are kept.
   * @param rest how the map's other lines start
   */
  key(key: string, rest: Line): string | undefined {
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    const text = scalarText(key);
    if (text === undefined) return undefined;
    // YAML readers give up on unmarked keys of more than 1,024 characters.
    if (text.length > 1000) return `${this.start}? ${text}${rest.start}:`;
    const line = `${this.start}${text}:`;
    if (this.keys.size < MOST_KEYS) this.keys.set(key, line);
    return line;
  }
}

const MOST_KEYS = 1024;
const FIRST = new Line('', '');
const TOP = new Line('\n', '');

/** Writes one document, line by line, each but the first with its line break in front. */
class Emitter {
  /**
   * @param plain whether to throw NOT_PLAIN for what emitPlain() refuses
   * @param path what leads to the value that is written now: keys and indices; undefined if nobody asks
   */
  constructor(
    private readonly plain: boolean,
    private readonly path?: (string | number)[],
  ) {}

  /** A value that stands alone. */
  value(value: unknown): string {
    if (Array.isArray(value)) return value.length === 0 ? '[]' : this.list(value, FIRST, TOP);
    if (this.isMap(value)) return isEmpty(value) ? '{}' : this.map(value, FIRST, TOP);
    return this.scalar(value, TOP);
  }

  private map(map: Data, first: Line, rest: Line): string {
    let text = '';
    let line = first;
    const { path } = this;
    for (const key in map) {
      const value = map[key];
      if (value === undefined) continue;
      path?.push(key);
      text += line.key(key, rest) ?? this.refuseText();
      if (typeof value === 'string') text += ` ${this.text(value, rest)}`;
      else if (Array.isArray(value)) text += this.listInside(value, rest.inside);
      else if (!this.isMap(value)) text += ` ${this.scalar(value, rest)}`;
      else text += isEmpty(value) ? ' {}' : this.map(value, rest.inside, rest.inside);
      path?.pop();
      line = rest;
    }
    return text;
  }

  /** A list below a key: all lines start alike, so texts of lists that come again can be kept. */
  private listInside(list: readonly unknown[], line: Line): string {
    const parts = partsOf(list);
    if (parts !== undefined) return this.joinedList(parts, line) || ' []';
    if (list.length === 0) return ' []';
    const remembered = rememberedOf(list);
    if (remembered === undefined) return this.list(list, line, line);
    return this.known(remembered, line) ?? this.remember(remembered, line, this.list(list, line, line));
  }

  private joinedList(parts: readonly SharedList<unknown>[], line: Line): string {
    let text = '';
    let offset = 0;
    for (const part of parts) {
      text += this.part(part, line, offset);
      if (this.path !== undefined) offset += part.items.length;
    }
    return text;
  }

  /** A part that is like others is written once, as the pattern of all of them. */
  private part(part: SharedList<unknown>, line: Line, offset: number): string {
    const known = this.known(part, line);
    if (known !== undefined) return known;
    const { likeness } = part;
    // What is written otherwise may hold what is not plain.
    const text =
      likeness === undefined || !this.plain
        ? this.list(part.items, line, line, offset)
        : this.part(likeness.pattern, line, 0).replaceAll(likeness.of, likeness.is);
    return this.remember(part, line, text);
  }

  private known({ place, text }: Remembered, line: Line): string | undefined {
    return place === line ? text : undefined;
  }

  private remember(remembered: Remembered, line: Line, text: string): string {
    // What is written otherwise may hold what is not plain.
    if (this.plain) {
      remembered.place = line;
      remembered.text = text;
    }
    return text;
  }

  /** @param offset index of the first item in the whole list */
  private list(list: readonly unknown[], first: Line, rest: Line, offset = 0): string {
    let text = '';
    let line = first.item;
    const { path } = this;
    for (let index = 0; index < list.length; index++) {
      const value = list[index] ?? null;
      path?.push(offset + index);
      if (typeof value === 'string') text += line.start + this.text(value, rest);
      else if (Array.isArray(value)) {
        text += value.length === 0 ? `${line.start}[]` : this.list(value, line, rest.inside);
      } else if (!this.isMap(value)) text += line.start + this.scalar(value, rest);
      else text += isEmpty(value) ? `${line.start}{}` : this.item(value, line, rest);
      path?.pop();
      line = rest.item;
    }
    return text;
  }

  /** A map in a list, whose text is kept if it comes again. */
  private item(map: Data, line: Line, rest: Line): string {
    const remembered = rememberedOf(map);
    if (remembered === undefined) return this.map(map, line, rest.inside);
    return this.known(remembered, line) ?? this.remember(remembered, line, this.map(map, line, rest.inside));
  }

  private isMap(value: unknown): value is Data {
    if (typeof value !== 'object' || value === null) return false;
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype) return true;
    if (this.plain) throw NOT_PLAIN;
    if (prototype === null) return true;
    throw this.refusal(`a ${prototype.constructor?.name ?? 'class instance'}`);
  }

  private text(value: string, { indent }: Line): string {
    const block = value.includes('\n') ? blockScalar(value, `${indent}  `) : undefined;
    return block ?? scalarText(value) ?? this.refuseText();
  }

  private scalar(value: unknown, line: Line): string {
    switch (typeof value) {
      case 'string':
        return this.text(value, line);
      case 'number':
        return this.number(value);
      case 'boolean':
      case 'bigint':
        return String(value);
      default:
        if (this.plain) throw NOT_PLAIN;
        if (value === null) return 'null';
        throw this.refusal(value === undefined ? 'undefined' : `a ${typeof value}`);
    }
  }

  private number(value: number): string {
    if (!Number.isFinite(value)) throw this.refusal(String(value));
    if (Object.is(value, -0)) return '-0.0';
    const text = String(value);
    // YAML 1.1 takes 1e+21 for a string; it wants a dot in front of the exponent.
    return text.includes('e') && !text.includes('.') ? text.replace('e', '.0e') : text;
  }

  private refuseText(): never {
    throw this.refusal('text that is not valid Unicode');
  }

  private refusal(what: string): InvalidValueError {
    const place = (this.path ?? []).map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
    return new InvalidValueError({
      message: `$${place} is ${what}, which a manifest has no form for`,
      fix: 'give it plain JSON-like data',
    });
  }
}

function isEmpty(map: Data): boolean {
  for (const key in map) if (map[key] !== undefined) return false;
  return true;
}
