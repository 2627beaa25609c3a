/** A file that is being staged, or has been. Its SHA-256 may stand in the text of other files. */
export interface StagedText {
  readonly path: string;
}

/** Text of a file, or the SHA-256 of another one, in hexadecimal, which may be known only when it is written. */
export type Piece = string | StagedText;

/** Pieces that end with a character, never with the first half of one. */
export function* wholeCharacters(pieces: Iterable<Piece>): Generator<Piece> {
  let held = '';
  for (const piece of pieces) {
    if (typeof piece !== 'string') {
      yield piece;
      continue;
    }
    const whole = held === '' ? piece : held + piece;
    // The first half of a surrogate pair.
    const isHalf = (whole.charCodeAt(whole.length - 1) & 0xfc00) === 0xd800;
    held = isHalf ? whole.slice(-1) : '';
    yield isHalf ? whole.slice(0, -1) : whole;
  }
  if (held !== '') yield held;
}

/** UTF-8 takes no more for a UTF-16 code unit. */
export const MOST_BYTES = 3;
