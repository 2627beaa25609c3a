import { printable } from '../../finding';
import { CHANGE_KINDS, type ChangeGroup, type ChangeKind, type Difference } from '../answer/difference';
import { formatDialect } from '../dialect';
import { changeSentence } from './change-sentence';

/** More workloads than this are counted. */
const WRITTEN = 10;

/** For people: one line for each group of changes, the dangerous ones first, and a sum. */
export function* diffText(difference: Difference): Generator<string> {
  const note = dialectNote(difference);
  if (note !== undefined) yield `${note}\n`;
  for (const kind of CHANGE_KINDS) {
    const groups = difference.groups.filter((group) => group.kind === kind);
    if (groups.length > 0) yield `${kind}\n${groups.map(groupText).join('')}`;
  }
  for (const line of workloadLines(difference)) yield `${printable(line)}\n`;
  yield `${sumText(difference)}\n`;
}

/** What is not compared, if the dialects differ. */
export function dialectNote({ before, after }: Difference): string | undefined {
  const [old, now] = [formatDialect(before.dialect), formatDialect(after.dialect)];
  if (old === now) return undefined;
  const compared = before.dialect.kind === after.dialect.kind ? '' : '; host names and entities are not compared';
  return `the dialect changes from ${old} to ${now}${compared}`;
}

/** `3 connections added, 1 removed`. */
export function sumText({ groups }: Difference): string {
  const sums = new Map<ChangeKind, number>();
  for (const { kind, pairs } of groups) sums.set(kind, (sums.get(kind) ?? 0) + pairs);
  if (sums.size === 0) return 'who may reach whom stays the same';
  const parts = CHANGE_KINDS.flatMap((kind) => {
    const sum = sums.get(kind);
    return sum === undefined ? [] : [`${sum} ${kind}`];
  });
  return `connections: ${parts.join(', ')}`;
}

/** Which workloads come and go. */
export function workloadLines({ appeared, disappeared }: Difference): readonly string[] {
  const line = (verb: string, labels: readonly string[]) => {
    if (labels.length === 0) return [];
    const written = labels.slice(0, WRITTEN).join(', ');
    const rest = labels.length > WRITTEN ? ` and ${labels.length - WRITTEN} more` : '';
    return [`${labels.length} ${labels.length === 1 ? 'workload' : 'workloads'} ${verb}: ${written}${rest}`];
  };
  return [...line('new', appeared), ...line('gone', disappeared)];
}

function groupText(group: ChangeGroup): string {
  const tags = group.tags.length === 0 ? '' : `[${group.tags.join(', ')}] `;
  const lines = [`  ${tags}${changeSentence(group)}`];
  if (group.pairs > 1) {
    const examples = group.examples.map(({ from, to }) => `      ${printable(`${from} => ${to}`)}`);
    const rest = group.pairs - examples.length;
    lines.push(...examples, ...(rest > 0 ? [`      and ${rest} more`] : []));
  }
  return `${lines.join('\n')}\n`;
}
