const PIECE = /'(?<quoted>[^']*)'|\\(?<escaped>.)|(?<plain>[\w@:,.+/-]+)|(?<blank>[ \t]+)/sy;

/**
 * The words that a POSIX shell makes of one command. It knows no expansions: a character that a shell would read in a
 * special way, unless it is quoted, is an error, and so is the end of a line inside the command.
 */
export function shellWords(command: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < command.length) {
    const at = PIECE.lastIndex;
    const { quoted, escaped, plain, blank } = PIECE.exec(command)?.groups ?? {};
    if (PIECE.lastIndex === 0) throw new Error(`a shell would not take ${command.slice(at)} as it stands`);
    // A backslash at the end of a line joins it to the next.
    const text = quoted ?? (escaped === '\n' ? undefined : escaped) ?? plain;
    if (text !== undefined) word = (word ?? '') + text;
    if (blank === undefined || word === undefined) continue;
    words.push(word);
    word = undefined;
  }
  return word === undefined ? words : [...words, word];
}
