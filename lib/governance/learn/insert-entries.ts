import { isMap, isScalar, isSeq, parseDocument, type YAMLSeq } from 'yaml';
import type { NewEntry } from './missing-entries';

/**
 * Adds entries to the allowlist of a workspace in the text of an environment file. Everything else stays as it is, byte
 * for byte: comments, order, quotes, the way lists are written.
 * @param index of the workspace among `portarium.workspaces`
 * @returns undefined if the list is in no place where entries can be added
 */
export function insertEntries(text: string, index: number, entries: readonly NewEntry[]): string | undefined {
  const path = ['portarium', 'workspaces', index, 'MachineExecutionPolicyV1'];
  const policy = parseDocument(text).getIn(path, true);
  if (!isMap(policy) || entries.length === 0) return entries.length === 0 ? text : undefined;
  const pair = policy.items.find(({ key }) => isScalar(key) && key.value === 'egressAllowlist');
  const [list, key] = [pair?.value, isScalar(pair?.key) ? pair.key : undefined];
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  if (isSeq(list)) return list.flow === true ? intoFlow(text, list, entries) : behindLast(text, list, entries, end);
  const range = isScalar(list) ? list.range : undefined;
  const keyStart = key?.range?.[0];
  // `none` gives way to a list below the key; in a map between braces there is no below.
  if (range === undefined || range === null || keyStart === undefined) return undefined;
  if (policy.flow === true) {
    return `${text.slice(0, range[0])}[${entries.map(flowText).join(', ')}]${text.slice(range[1])}`;
  }
  const indent = ' '.repeat(column(text, keyStart) + 2);
  const lineEnd = endOfLine(text, range[1]);
  const behind = text.slice(range[1], lineEnd);
  const before = behind.trim() === '' ? text.slice(0, range[0]).trimEnd() : text.slice(0, range[0]);
  return `${before}${behind.trimStart()}${blockText(entries, indent, end)}${text.slice(lineEnd)}`;
}

function behindLast(text: string, list: YAMLSeq, entries: readonly NewEntry[], end: string): string | undefined {
  const first = list.range?.[0];
  const last = list.items.at(-1);
  const range = isMap(last) ? last.range : undefined;
  if (first === undefined || range === undefined || range === null) return undefined;
  // A map between lines ends where the next thing begins.
  const at = endOfLine(text, text.slice(0, range[1]).trimEnd().length);
  return `${text.slice(0, at)}${blockText(entries, ' '.repeat(column(text, first)), end)}${text.slice(at)}`;
}

function intoFlow(text: string, list: YAMLSeq, entries: readonly NewEntry[]): string | undefined {
  const close = (list.range?.[1] ?? 0) - 1;
  if (text[close] !== ']') return undefined;
  const before = text.slice(0, close).trimEnd();
  const isOpen = before.endsWith('[') || before.endsWith(',');
  // A comment in front of the bracket would swallow what is added.
  const lineStart = before.lastIndexOf('\n') + 1;
  if (before.slice(lineStart).includes('#')) return undefined;
  return `${before}${isOpen ? '' : ', '}${entries.map(flowText).join(', ')}${text.slice(close)}`;
}

/** Every text in double quotes: JSON is YAML. */
function blockText(entries: readonly NewEntry[], indent: string, end: string): string {
  return entries
    .flatMap(({ host, protocol, ports, purpose }) => [
      `- host: ${host}`,
      ...(isDefault(ports) ? [] : [`  ports: [${ports.join(', ')}]`]),
      ...(protocol === 'TCP' ? [] : [`  protocol: ${protocol}`]),
      `  purpose: ${JSON.stringify(purpose)}`,
    ])
    .map((line) => `${end}${indent}${line}`)
    .join('');
}

function flowText({ host, protocol, ports, purpose }: NewEntry): string {
  const fields = [
    `host: ${host}`,
    ...(isDefault(ports) ? [] : [`ports: [${ports.join(', ')}]`]),
    ...(protocol === 'TCP' ? [] : [`protocol: ${protocol}`]),
    `purpose: ${JSON.stringify(purpose)}`,
  ];
  return `{ ${fields.join(', ')} }`;
}

function isDefault(ports: readonly number[]): boolean {
  return ports.length === 1 && ports[0] === 443;
}

function column(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

/** Where the line ends that an offset is in, before its end. */
function endOfLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  if (newline < 0) return text.length;
  return text[newline - 1] === '\r' ? newline - 1 : newline;
}
