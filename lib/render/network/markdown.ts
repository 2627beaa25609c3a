import { oneLine } from './one-line';

const SPECIAL = /[\\|`*_<[\]~]/;

/** Free text as GitHub-flavoured Markdown that shows it to the letter, in a paragraph, a heading or a cell. */
export function markdownText(text: string): string {
  const line = oneLine(text);
  return SPECIAL.test(line) ? line.replaceAll(/[\\|`*_<[\]~]/g, '\\$&') : line;
}

/**
 * Text in a typewriter face. Backslashes and bars are written as entities, since readers disagree about how the two
 * are escaped inside the backticks of a cell.
 */
export function markdownCode(text: string): string {
  const line = oneLine(text);
  if (line !== '' && !/[`|\\]/.test(line)) return `\`${line}\``;
  return `<code>${line.replaceAll(/[&<>`|\\*_[\]~]/g, (character) => `&#${character.codePointAt(0)};`)}</code>`;
}
