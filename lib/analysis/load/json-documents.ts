import type { TextDocument } from './yaml-documents';

/** What tells where an object ends; texts as a whole, since they may hold brackets. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{[]|[}\]]|\n/gs;

/**
 * Parts JSON objects that stand one behind another, as several calls of kubectl and `jq -c` write them and as kubectl
 * reads them. What is no such text comes out in parts that are no JSON either.
 */
export function jsonDocumentsOf(text: string): readonly TextDocument[] {
  const documents: TextDocument[] = [];
  let depth = 0;
  let start = 0;
  let line = 1;
  let lines = 0;
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (token === '\n') lines++;
    else if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    if (depth !== 0 || (token !== '}' && token !== ']')) continue;
    documents.push({ text: text.slice(start, index + 1), line });
    start = index + 1;
    line = 1 + lines;
  }
  const rest = text.slice(start);
  return /\S/.test(rest) ? [...documents, { text: rest, line }] : documents;
}
