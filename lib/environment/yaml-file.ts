import {
  Composer,
  type CST,
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  Parser,
  type YAMLMap,
} from 'yaml';
import type { Finding } from '../finding';
import { readText } from './file-text';
import { DEEPEST, tooDeepAt } from './yaml-nesting';
import { MOST_REFUSALS, type YamlRefusal, yamlRefusals } from './yaml-refusal';

/** A place in a file, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A parsed file that can say where each of its values stands. */
export interface YamlFile {
  readonly value: unknown;
  /** Line and column of the value at a path, or of its key, or of the closest one around it. */
  locate(path: readonly (string | number)[], part?: 'key' | 'value'): Position;
}

/**
 * Reads a YAML file of settings: one document of YAML 1.2, no aliases, no duplicate keys, of bounded size and depth.
 * @returns the file, or everything that is wrong with it
 */
export function readYamlFile(file: string): YamlFile | { readonly findings: readonly Finding[] } {
  const read = readText(file);
  if ('findings' in read) return read;
  const lines = linesOf(read.text);
  const parsed = parse(read.text, lines);
  if ('document' in parsed) return { value: parsed.document.toJS(), locate: locator(parsed.document, lines) };
  const findings = parsed.refusals.map(({ offset, ...problem }): Finding => {
    return { ...problem, severity: 'error', where: { file, ...position(lines, offset) } };
  });
  return { findings };
}

function parse(text: string, lines: LineCounter): { document: Document } | { refusals: readonly YamlRefusal[] } {
  const control = controlCharacter(text);
  if (control !== undefined) return { refusals: [control] };
  const tokens = tokensOf(text);
  const deep = tokens === undefined ? 0 : tooDeepAt(tokens);
  if (tokens === undefined || deep !== undefined) return { refusals: [tooDeep(deep ?? 0)] };
  // The library's own search for duplicate keys takes quadratic time; ours is in yamlRefusals().
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, stringKeys: true });
  const documents = composer.compose(tokens, true, text.length);
  const [document, second] = [documents.next().value as Document, documents.next().value as Document | undefined];
  const refused = yamlRefusals(document.contents, lines);
  const places = new Set(refused.map(({ offset }) => offset));
  const errors = [...document.errors, ...document.warnings]
    .filter(({ pos }) => !places.has(pos[0])) // what was refused already needs no second error
    .slice(0, MOST_REFUSALS)
    .map(syntaxRefusal);
  const refusals = [...errors, ...version(document), ...severalDocuments(second), ...refused];
  return refusals.length > 0 ? { refusals } : { document };
}

/** What the parser reads, or nothing if its stack overflows, which it does some thousand levels down. */
function tokensOf(text: string): readonly CST.Token[] | undefined {
  try {
    return [...new Parser().parse(text)];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function tooDeep(offset: number): YamlRefusal {
  const message = `lists and maps are nested more than ${DEEPEST} levels deep`;
  return { rule: 'yaml-depth', offset, message, fix: 'check the brackets; settings need less than ten levels' };
}

function severalDocuments(second: Document | undefined): readonly YamlRefusal[] {
  if (second === undefined) return [];
  const message = 'the file holds more than one YAML document';
  const fix = 'give each environment a file of its own, and remove the line ---';
  return [{ rule: 'yaml-syntax', offset: offsetOf(second) ?? 0, message, fix }];
}

/** Characters that YAML forbids. The parser lets some through, and a binary file is full of them. */
function controlCharacter(text: string): YamlRefusal | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const match = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.exec(text);
  if (match === null) return undefined;
  const code = match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  const fix = 'remove it; check that this is a settings file';
  return { rule: 'yaml-syntax', offset: match.index, message: `the file holds the control character U+${code}`, fix };
}

/** YAML 1.1 reads the same text otherwise: yes is true there, and 1:30 is a number. */
function version(document: Document): readonly YamlRefusal[] {
  const { explicit, version } = document.directives?.yaml ?? {};
  if (!explicit || version === '1.2') return [];
  const message = `the file asks for YAML ${version}, and settings are YAML 1.2`;
  return [{ rule: 'yaml-syntax', offset: 0, message, fix: 'remove the line that starts with %YAML' }];
}

function syntaxRefusal({ code, message, pos }: Document['errors' | 'warnings'][number]): YamlRefusal {
  const refusal = { rule: 'yaml-syntax', offset: pos[0] };
  switch (code) {
    case 'NON_STRING_KEY':
      return { ...refusal, message: 'a list, a map or nothing stands where a key should be', fix: 'name the key' };
    case 'TAB_AS_INDENT':
      return { ...refusal, message: 'a tab stands where the indentation should be', fix: 'indent with blanks' };
    default:
      return { ...refusal, message: `the YAML cannot be read: ${message}`, fix: 'correct it here or just above' };
  }
}

function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (const { index } of text.matchAll(/\n/g)) lines.addNewLine(index + 1);
  return lines;
}

function position(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function locator(document: Document, lines: LineCounter): YamlFile['locate'] {
  const pairOf = pairLookup();
  return (path, part = 'value') => {
    let node: unknown = document.contents;
    let offset = offsetOf(node) ?? 0;
    for (const [depth, step] of path.entries()) {
      const pair = isMap(node) ? pairOf(node, String(step)) : undefined;
      const wantsKey = part === 'key' && depth === path.length - 1;
      node = pair?.value ?? (isSeq(node) ? node.items[Number(step)] : undefined);
      offset = offsetOf(wantsKey ? pair?.key : node) ?? offsetOf(pair?.key) ?? offset;
    }
    return position(lines, offset);
  };
}

/** Finds keys of maps. A map's keys are indexed once, since a map can have any number of keys with problems. */
function pairLookup(): (map: YAMLMap, key: string) => Pair | undefined {
  const indices = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  return (map, key) => {
    const index = indices.get(map) ?? new Map(map.items.map((pair) => [keyName(pair), pair]));
    indices.set(map, index);
    return index.get(key);
  };
}

function keyName({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : '';
}

function offsetOf(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] } | null | undefined)?.range?.[0];
}
