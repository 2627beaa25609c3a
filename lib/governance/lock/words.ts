/** A line of the lock in its words, and the comment behind them. */
export interface Words {
  readonly words: readonly Word[];
  readonly comment?: string;
}

export interface Word {
  readonly text: string;
  /** Whether it was in quotes, so that it is a name whatever it says. */
  readonly quoted: boolean;
}

/** A name in quotes, a word that may hold quoted parts, or a comment. */
const TOKEN = /\s*(?:("(?:\\.|[^"\\])*")(?=\s|$)|#\s?(.*)$|((?:"(?:\\.|[^"\\])*"|[^\s"#])+))/gy;

/** Parts a line at its blanks; undefined if quotes do not match, or hold what none may. */
export function wordsOf(line: string): Words | undefined {
  const words: Word[] = [];
  TOKEN.lastIndex = 0;
  const end = line.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(line);
    if (match === null) return undefined;
    const [, quoted, comment, plain] = match;
    if (comment !== undefined) return { words, comment };
    const text = quoted === undefined ? plain : unquoted(quoted);
    if (text === undefined) return undefined;
    words.push({ text, quoted: quoted !== undefined });
  }
  return { words };
}

/** Undefined for what JSON does not know inside of quotes, such as `\x` or a tab. */
function unquoted(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}
