import { CST } from 'yaml';

/** Deepest nesting of lists and maps that is read; settings need less than ten levels. */
export const DEEPEST = 50;

/**
 * Where lists and maps are nested too deep, as an offset. Looks at what the parser read before anything is composed
 * from it: composing recurses, and takes the whole process down if the stack ends inside a regular expression.
 */
export function tooDeepAt(tokens: readonly CST.Token[]): number | undefined {
  const rest = tokens.map((token) => ({ token: token.type === 'document' ? token.value : token, depth: 1 }));
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { token, depth } = next;
    if (!CST.isCollection(token)) continue;
    if (depth > DEEPEST) return token.offset;
    for (const { key, value } of token.items) {
      for (const inner of [key, value]) if (inner) rest.push({ token: inner, depth: depth + 1 });
    }
  }
  return undefined;
}
