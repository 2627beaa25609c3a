import { closest, distance } from 'fastest-levenshtein';
import { quoted } from '../../finding';

/** More names than this are not listed in a message. */
const LISTED = 8;

/** Advice for a name that is none of those known: the closest one, else all of them if they are few. */
export function didYouMean(given: string, known: readonly string[]): string {
  if (known.length === 0) return 'there is none';
  const near = closest(given, known);
  if (distance(given, near) <= Math.max(2, Math.floor(given.length / 3))) return `did you mean ${quoted(near)}?`;
  const listed = [...known].sort().slice(0, LISTED).join(', ');
  return known.length > LISTED
    ? `there are ${known.length}, among them ${listed}`
    : `${known.length === 1 ? 'there is' : 'there are'} ${listed}`;
}
