/** A row of a Markdown table. */
export function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(...head), `|${head.map(() => '---').join('|')}|\n`, ...rows.map((cells) => row(...cells))].join('');
}

/** Commands, as they are typed. */
export function commandBlock(command: string): string {
  return `\`\`\`sh\n${command}\n\`\`\`\n`;
}
