import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Finding } from '../../finding';

/** One document of a file. */
export interface TextDocument {
  readonly text: string;
  /** Line of the file that the document's text starts at, from 1. */
  readonly line: number;
}

/** What a document holds, or what is wrong with it. */
export type Parsed = { readonly value: unknown; readonly line: number } | { readonly findings: readonly Finding[] };

/**
 * Parts a file at the lines that start with `---`: YAML allows that line nowhere inside a document.
 * @see https://yaml.org/spec/1.2.2/#rule-c-forbidden
 */
export function documentsOf(text: string): readonly TextDocument[] {
  const documents: TextDocument[] = [];
  let line = 1;
  for (const part of text.split(/^(?=---(?:\s|$))/m)) {
    // What stands behind the marker belongs to the document; a comment there does not hurt.
    const own = part.replace(/^---/, '   ');
    if (/\S/.test(own.replaceAll(/^\s*#.*$/gm, ''))) documents.push({ text: own.replace(/^\.\.\.\s*$/gm, ''), line });
    line += part.split('\n').length - 1;
  }
  return documents;
}

/** As kubectl reads: YAML 1.1 with merge keys. Few aliases make a manifest, and many a bomb. */
const OPTIONS = { version: '1.1', merge: true, strict: true, uniqueKeys: true, prettyErrors: false } as const;
const MOST_ALIASES = 100;

/** Parses one document. Keys that stand twice are an error, as they are to a strict API server. */
export function parseYaml({ text, line }: TextDocument, file: string): Parsed {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...OPTIONS, lineCounter: lines });
  const wrong = [...document.errors];
  if (wrong.length > 0) {
    const looksLikeHelm = /\{\{.*\}\}/.test(text);
    const fix = looksLikeHelm
      ? 'it looks like a template of Helm: render it first (helm template)'
      : 'correct it here or just above';
    return {
      findings: wrong.slice(0, 5).map(({ message, pos }): Finding => {
        const at = lines.linePos(pos[0]);
        const where = { file, line: line + at.line - 1, column: at.col };
        return { rule: 'yaml-syntax', severity: 'error', where, message: `the YAML cannot be read: ${message}`, fix };
      }),
    };
  }
  try {
    return { value: document.toJS({ maxAliasCount: MOST_ALIASES }), line: line + firstLine(document, lines) - 1 };
  } catch (error) {
    const message = `the YAML cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    const fix = 'write out what the aliases stand for';
    return { findings: [{ rule: 'yaml-syntax', severity: 'error', where: { file, line }, message, fix }] };
  }
}

function firstLine(document: Document, lines: LineCounter): number {
  const offset = (document.contents as Node | null)?.range?.[0] ?? 0;
  return Math.max(1, lines.linePos(offset).line);
}

/** Line of a field in the file; of the nearest field above it where it is missing. */
export function lineOfField({ text, line }: TextDocument, path: readonly (string | number)[]): number {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...OPTIONS, lineCounter: lines });
  let node: unknown = document.contents;
  let offset = offsetOf(node) ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      offset = offsetOf(pair?.key) ?? offset;
      node = pair?.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = offsetOf(node) ?? offset;
    } else break;
  }
  return line + Math.max(1, lines.linePos(offset).line) - 1;
}

/** Lines of the items of a list that stands at the top of a document. */
export function linesOfItems({ text, line }: TextDocument, key: string): readonly number[] {
  const lines = new LineCounter();
  const { contents } = parseDocument(text, { ...OPTIONS, lineCounter: lines });
  const list = isMap(contents) ? contents.get(key) : undefined;
  if (!isSeq(list)) return [];
  return list.items.map((item) => line + Math.max(1, lines.linePos(offsetOf(item) ?? 0).line) - 1);
}

function offsetOf(node: unknown): number | undefined {
  return (node as { range?: readonly [number, number, number] } | null | undefined)?.range?.[0];
}
