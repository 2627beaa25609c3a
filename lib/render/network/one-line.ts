import { printable } from '../../finding';

/** Words of visible ASCII with one blank between them, as nearly every text is. */
const ALREADY_ONE_LINE = /^[!-~]+(?: [!-~]+)*$/;

/**
 * Free text (a title, a purpose, an owner) as one line that shows what it holds. Such texts come from settings that
 * anybody may propose; they must not start lines, rows or headings of their own in what auditors read.
 */
export function oneLine(text: string): string {
  if (ALREADY_ONE_LINE.test(text)) return text;
  return printable(text.replaceAll(/\s+/g, ' ').trim());
}
