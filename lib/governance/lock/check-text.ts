import { formatWhere, printable } from '../../finding';
import type { LockCheck, LockDrift } from './check-lock';
import { DRIFT_KINDS } from './compare-lock';

/** For people: each difference with what caused it, the dangerous first, and how many there are. */
export function* lockCheckText({ drifts, entries }: Omit<LockCheck, 'findings'>): Generator<string> {
  for (const drift of drifts) yield driftText(drift);
  const counts = DRIFT_KINDS.flatMap((kind) => {
    const number = drifts.filter((drift) => drift.kind === kind).length;
    return number === 0 ? [] : [`${number} ${kind}`];
  });
  yield counts.length === 0
    ? `the lock approves all of it: ${entries} lines\n`
    : `${counts.join(', ')}; have it reviewed, then write the lock anew with \`portcullis lock\`\n`;
}

function driftText({ kind, line, gains, where, construct, locked }: LockDrift): string {
  const by = construct === undefined || 'construct' in where ? '' : ` (${construct})`;
  const lines = [
    `${kind.padEnd(8)}  ${printable(line)}`,
    ...(gains.length === 0 ? [] : [`            ${gains.join(', ')}`]),
    ...(locked === undefined ? [] : [`            approved: ${printable(locked.text)}  ${locked.file}:${locked.line}`]),
    `            ${kind === 'removed' ? 'in' : 'by'} ${printable(formatWhere(where))}${by}`,
  ];
  return `${lines.join('\n')}\n`;
}
