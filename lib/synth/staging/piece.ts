/** A file that is being staged, or has been. Its SHA-256 may stand in the text of other files. */
export interface StagedText {
  readonly path: string;
}

/** Text of a file, or the SHA-256 of another one, in hexadecimal, which may be known only when it is written. */
export type Piece = string | StagedText;

/** Puts pieces of text together where one ends with the first half of a character and the next one starts with the other. */
export class Characters {
  private held = '';

  /** What there is up to the end of a character. */
  whole(text: string): string {
    const whole = this.held === '' ? text : this.held + text;
    // The first half of a surrogate pair.
    const isHalf = (whole.charCodeAt(whole.length - 1) & 0xfc00) === 0xd800;
    this.held = isHalf ? whole.slice(-1) : '';
    return isHalf ? whole.slice(0, -1) : whole;
  }

  /** Half a character that nothing came after. */
  rest(): string {
    return this.held;
  }
}

/** UTF-8 takes no more for a UTF-16 code unit. */
export const MOST_BYTES = 3;
