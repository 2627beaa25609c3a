import { readFileSync, statSync } from 'node:fs';
import { type Document, isAlias, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { Finding } from '../finding';

/** Largest file that is read, in bytes. A workspace takes some 500 bytes, so this is about 30,000 of them. */
export const LARGEST_FILE = 16 * 1024 * 1024;

/** A parsed file that can say where each of its values stands. */
export interface YamlFile {
  readonly value: unknown;
  /** Line and column (from 1) of the value at a path, or of the closest one around it. */
  locate(path: readonly (string | number)[], part?: 'key' | 'value'): { line: number; column: number };
}

/**
 * Reads a YAML file of settings: one document, no aliases, no duplicate keys, of bounded size.
 * @returns the file, or everything that is wrong with it
 */
export function readYamlFile(file: string): YamlFile | { readonly findings: readonly Finding[] } {
  let text: string;
  try {
    const { size } = statSync(file);
    if (size > LARGEST_FILE) {
      return failed(
        file,
        'file-too-large',
        `the file has ${size} bytes`,
        `split it; ${LARGEST_FILE} bytes are read at most`,
      );
    }
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return failed(
      file,
      'file-unreadable',
      `the file cannot be read: ${(error as Error).message}`,
      'check its permissions',
    );
  }
  const lines = new LineCounter();
  let document: Document;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  } catch (error) {
    // The parser recurses, so a file of a hundred thousand brackets ends here.
    return failed(file, 'yaml-syntax', `the file cannot be parsed: ${(error as Error).message}`, 'reduce its nesting');
  }
  const findings = [...syntaxErrors(file, document, lines), ...aliases(file, document, lines)];
  if (findings.length > 0) return { findings };
  return { value: document.toJS(), locate: (path, part) => position(lines, offsetAt(document, path, part)) };
}

function failed(file: string, rule: string, message: string, fix: string): { findings: readonly Finding[] } {
  return { findings: [{ rule, severity: 'error', where: { file }, message, fix }] };
}

function position(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function syntaxErrors(file: string, document: Document, lines: LineCounter): readonly Finding[] {
  return [...document.errors, ...document.warnings].map((error) => ({
    rule: error.code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'yaml-syntax',
    severity: 'error',
    where: { file, ...position(lines, error.pos[0]) },
    message: error.code === 'DUPLICATE_KEY' ? 'the key stands twice in one map' : error.message,
    fix: error.code === 'DUPLICATE_KEY' ? 'remove one of the two' : 'correct the YAML',
  }));
}

/** Aliases can blow a small file up to gigabytes, and settings have no need of them. */
function aliases(file: string, document: Document, lines: LineCounter): readonly Finding[] {
  const findings: Finding[] = [];
  visit(document, {
    Alias: (_, node) => {
      findings.push({
        rule: 'yaml-alias',
        severity: 'error',
        where: { file, ...position(lines, node.range?.[0] ?? 0) },
        message: `the alias '*${node.source}' is not allowed in settings`,
        fix: 'write the value out',
      });
      return findings.length < 20 ? undefined : visit.BREAK;
    },
  });
  return findings;
}

function offsetAt(document: Document, path: readonly (string | number)[], part: 'key' | 'value' = 'value'): number {
  let node: unknown = document.contents;
  let offset = offsetOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (pair === undefined) return offset;
      const last = depth === path.length - 1;
      offset = offsetOf(last && part === 'key' ? pair.key : (pair.value ?? pair.key)) ?? offsetOf(pair.key) ?? offset;
      node = pair.value;
    } else {
      node = isAlias(node) ? undefined : (node as { items?: unknown[] } | null)?.items?.[Number(step)];
      offset = offsetOf(node) ?? offset;
    }
  }
  return offset;
}

function offsetOf(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] } | null | undefined)?.range?.[0];
}
