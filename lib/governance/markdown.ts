import { printable } from '../finding';

/** A cell of a Markdown table: one line, with nothing in it that ends the cell. */
export function cell(text: string): string {
  return printable(text).replaceAll('|', '\\|');
}

/** A row of a Markdown table. */
export function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(...head), `|${head.map(() => '---').join('|')}|\n`, ...rows.map((cells) => row(...cells))].join('');
}

/** Names and paths: in a code span nothing is markup but the backtick. */
export function code(text: string): string {
  return `\`${cell(text).replaceAll('`', "'")}\``;
}

/** Commands, as they are typed. */
export function commandBlock(command: string): string {
  return `\`\`\`sh\n${command}\n\`\`\`\n`;
}
