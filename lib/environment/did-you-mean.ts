import { closest, distance } from 'fastest-levenshtein';

/** Longest text that is compared; nobody mistypes a word of this length. */
const LONGEST = 64;

/** The known word that a text was probably meant to be. Case does not count as a difference; a number is no typo. */
export function nearest(text: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || text.length > LONGEST || !/[a-z]/i.test(text)) return undefined;
  const typed = text.toLowerCase();
  const lower = known.map((word) => word.toLowerCase());
  const near = closest(typed, lower);
  const most = Math.max(text.length > 3 ? 2 : 1, Math.floor(text.length / 3));
  return distance(typed, near) <= most ? known[lower.indexOf(near)] : undefined;
}

/** `; did you mean 'x'?`, or nothing if no known word is near. */
export function didYouMean(text: string, known: readonly string[]): string {
  const near = nearest(text, known);
  return near === undefined ? '' : `; did you mean '${near}'?`;
}
