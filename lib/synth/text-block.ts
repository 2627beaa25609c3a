/** Characters of a block: longer strings get pages of their own in memory. */
export const BLOCK = 1 << 16;

/** Joins pieces of text into blocks; only the last one, and those with a very long piece, are of another length. */
export function* inBlocks(pieces: Iterable<string>): Generator<string> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < BLOCK) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

/** UTF-8 takes no more for a UTF-16 code unit. */
export const MOST_BYTES = 3;
/** Room for every block but those with a very long piece: a buffer for each would take twice the time. */
const room = Buffer.allocUnsafeSlow(4 * BLOCK);

/** The text as UTF-8. What was encoded before is gone then. */
export function encode(text: string): Buffer {
  if (text.length * MOST_BYTES > room.length) return Buffer.from(text);
  return room.subarray(0, room.write(text));
}
