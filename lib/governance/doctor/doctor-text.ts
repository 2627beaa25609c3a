import type { Examination, ExaminedTool } from './examine';

const HEAD = ['tool', 'version', 'at least', 'pinned', 'state', 'what for'];
const GAP = '  ';

/** For people: a line for each tool, in columns. */
export function doctorText({ tools }: Pick<Examination, 'tools'>): string {
  const rows = [HEAD, ...tools.map(row)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => (cells[column] as string).length)));
  const lines = rows.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] as number)).join(GAP));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function row({ tool, answer, pin, state, verified }: ExaminedTool): readonly string[] {
  return [
    tool.name,
    answer.state === 'found' ? answer.version : '-',
    tool.minimum,
    pin?.version ?? '-',
    state === 'fine' && verified ? 'verified' : state,
    tool.reason,
  ];
}
