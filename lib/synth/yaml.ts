import { InvalidValueError } from '../finding';
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
  if (isMap(value, '', '$')) return isEmpty(value) ? '{}\n' : emitMap(value, '', '$');
  if (Array.isArray(value)) return value.length === 0 ? '[]\n' : emitList(value, '', '$');
  return `${emitScalar(value, '', '', '$')}\n`;
}

type Data = Readonly<Record<string, unknown>>;
/** What stands in front of a value in its path: the path of the map or list around it, and the key or index there. */
type Key = string | number;

function isMap(value: unknown, path: string, key: Key): value is Data {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  throw refusal(path, key, `a ${prototype.constructor?.name ?? 'class instance'}`);
}

function isEmpty(map: Data): boolean {
  for (const key in map) if (map[key] !== undefined) return false;
  return true;
}

/** Lines of a map, each starting with `indent`. */
function emitMap(map: Data, indent: string, path: string): string {
  let text = '';
  for (const key of Object.keys(map)) {
    const value = map[key];
    if (value !== undefined) text += emitKey(key, indent, path) + emitField(value, indent, path, key);
  }
  return text;
}

/** A key with its colon. YAML readers give up on unmarked keys of more than 1,024 characters. */
function emitKey(key: string, indent: string, path: string): string {
  const text = scalarText(key) ?? refuseText(path, key);
  return text.length > 1000 ? `${indent}? ${text}\n${indent}:` : `${indent}${text}:`;
}

/** What stands behind a key, with the line's end. */
function emitField(value: unknown, indent: string, path: string, key: string): string {
  if (typeof value === 'string') return ` ${emitString(value, indent, path, key)}\n`;
  if (Array.isArray(value)) {
    return value.length === 0 ? ' []\n' : `\n${emitList(value, `${indent}  `, join(path, key))}`;
  }
  if (isMap(value, path, key)) return isEmpty(value) ? ' {}\n' : `\n${emitMap(value, `${indent}  `, join(path, key))}`;
  return ` ${emitScalar(value, indent, path, key)}\n`;
}

/** Lines of a list, each item starting with `indent` and a dash. */
function emitList(list: readonly unknown[], indent: string, path: string): string {
  let text = '';
  const inner = `${indent}  `;
  for (let index = 0; index < list.length; index++) {
    const value = list[index];
    text += `${indent}- `;
    if (typeof value === 'string') text += `${emitString(value, indent, path, index)}\n`;
    else if (Array.isArray(value)) {
      text += value.length === 0 ? '[]\n' : emitList(value, inner, join(path, index)).slice(inner.length);
    } else if (isMap(value, path, index)) {
      text += isEmpty(value) ? '{}\n' : emitMap(value, inner, join(path, index)).slice(inner.length);
    } else text += `${emitScalar(value ?? null, indent, path, index)}\n`;
  }
  return text;
}

function emitString(value: string, indent: string, path: string, key: Key): string {
  const block = value.includes('\n') ? blockScalar(value, `${indent}  `) : undefined;
  return block ?? scalarText(value) ?? refuseText(path, key);
}

function emitScalar(value: unknown, indent: string, path: string, key: Key): string {
  switch (typeof value) {
    case 'string':
      return emitString(value, indent, path, key);
    case 'number':
      return emitNumber(value, path, key);
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      if (value === null) return 'null';
      throw refusal(path, key, value === undefined ? 'undefined' : `a ${typeof value}`);
  }
}

function emitNumber(value: number, path: string, key: Key): string {
  if (!Number.isFinite(value)) throw refusal(path, key, String(value));
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  // YAML 1.1 takes 1e+21 for a string; it wants a dot in front of the exponent.
  return text.includes('e') && !text.includes('.') ? text.replace('e', '.0e') : text;
}

function join(path: string, key: Key): string {
  if (path === '') return String(key);
  return typeof key === 'number' ? `${path}[${key}]` : `${path}.${key}`;
}

function refusal(path: string, key: Key, what: string): InvalidValueError {
  return new InvalidValueError({
    message: `${join(path, key)} is ${what}, which a manifest has no form for`,
    fix: 'give it plain JSON-like data',
  });
}

function refuseText(path: string, key: Key): never {
  throw refusal(path, key, 'text that is not valid Unicode');
}
