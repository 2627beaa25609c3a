import { printable } from '../../finding';

/**
 * Free text (a title, a purpose, an owner) as one line that shows what it holds. Such texts come from settings that
 * anybody may propose; they must not start lines, rows or headings of their own in what auditors read.
 */
export function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' ').trim());
}
