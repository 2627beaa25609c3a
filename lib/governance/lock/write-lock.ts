import type { Locked } from './entry';
import { lineOf } from './line';
import type { LockFile } from './lock-file';

const HEADER = [
  '# Everything that the programs allow, a line for each thing; whatever is not here is denied.',
  '# Written by `portcullis lock`, held against the programs by `portcullis lock --check`. Changes need a review.',
];

/**
 * The text of a lock. Entries stand in groups, a group for each environment and program; purposes behind them are
 * comments. Comments of an existing lock stay where their entry does.
 */
export function writeLock(entries: readonly Locked[], existing?: LockFile): string {
  const above = new Map((existing?.entries ?? []).map((known) => [lineOf(known.entry), known.above]));
  const header = existing === undefined || existing.header.length === 0 ? HEADER : existing.header;
  const lines: string[] = [...header];
  let scope: string | undefined;
  for (const { entry, purpose } of entries) {
    if (entry.scope !== scope) lines.push('');
    scope = entry.scope;
    const line = lineOf(entry);
    lines.push(...(above.get(line) ?? []), purpose === undefined ? line : `${line}  # ${oneLine(purpose)}`);
  }
  return `${lines.join('\n')}\n`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
