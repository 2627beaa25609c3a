import { SKIPPED } from '../../analysis/flow/skipped';
import { printable } from '../../finding';
import type { Learned } from './learn';
import type { MergedWorkspace } from './merge';
import { NO_CALLS } from './read-log';
import type { NotProposed, ProposedEntry } from './sighting';

/** For people: what is proposed for each workspace, then what is not and why, then what could not be read. */
export function* learnText({ workspaces, notProposed, unlisted, unread, skipped }: Learned): Generator<string> {
  for (const { workspace, entries } of workspaces) {
    yield `${printable(workspace)}\n`;
    const width = Math.max(...entries.map(({ host }) => host.length));
    for (const entry of entries) yield `  ${entryText(entry, width)}\n`;
    yield '\n';
  }
  if (notProposed.length > 0) {
    yield 'not proposed\n';
    for (const one of notProposed) yield refusalText(one);
    yield '\n';
  }
  const lines = [
    ...unread.map((one) => ({ ...one, text: NO_CALLS[one.kind] })),
    ...skipped.map((one) => ({ ...one, text: SKIPPED[one.kind].text })),
  ];
  if (lines.length > 0) {
    yield 'not looked at\n';
    for (const { count, text, first } of lines) {
      yield `  ${count.toLocaleString('en')}  ${text} (first at ${printable(first.file)}:${first.line})\n`;
    }
    yield '\n';
  }
  const entries = workspaces.reduce((sum, { entries: list }) => sum + list.length, 0);
  yield `${entries} proposed for ${workspaces.length} ${workspaces.length === 1 ? 'workspace' : 'workspaces'}, ${notProposed.length} not\n`;
  if (unlisted > 0) yield `${unlisted.toLocaleString('en')} uses of further targets, beyond the limit\n`;
}

export function mergedText(file: string, merged: readonly MergedWorkspace[]): string {
  return merged
    .map(({ workspace, added, known }) => {
      const what =
        added.length === 0 ? 'nothing to add' : `${added.length} ${added.length === 1 ? 'entry' : 'entries'} added`;
      return `${printable(file)}: ${printable(workspace)}: ${what}, ${known} known already\n`;
    })
    .join('');
}

function entryText({ host, port, protocol, count, first, last }: ProposedEntry, width: number): string {
  return `${printable(host).padEnd(width)}  ${protocol} ${port}  ${usesText(count, first, last)}`;
}

function refusalText({ workspace, target, reason, fix, count, first, last }: NotProposed): string {
  const where = workspace === undefined ? '' : ` of ${printable(workspace)}`;
  const head = `  ${printable(target)}${where}  ${usesText(count, first, last)}`;
  return `${head}\n    ${printable(reason)}\n    → ${printable(fix)}\n`;
}

function usesText(count: number, first: string | undefined, last: string | undefined): string {
  const [from, to] = [first, last].map((time) => time?.replace(/(?:\.\d+)?Z$/, 'Z'));
  const when = from === undefined ? '' : from === to ? `, ${from}` : `, ${from} to ${to}`;
  return `${count.toLocaleString('en')} ${count === 1 ? 'use' : 'uses'}${when}`;
}
