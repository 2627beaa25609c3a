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

/** Parts a line at its blanks; undefined if quotes do not match. */
export function wordsOf(line: string): Words | undefined {
  const words: Word[] = [];
  TOKEN.lastIndex = 0;
  const end = line.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(line);
    if (match === null) return undefined;
    const [, quoted, comment, plain] = match;
    if (comment !== undefined) return { words, comment };
    if (quoted !== undefined) words.push({ text: JSON.parse(quoted) as string, quoted: true });
    else words.push({ text: plain as string, quoted: false });
  }
  return { words };
}
