import Table from 'cli-table3';
import { type Finding, formatWhere, printable, type Severity } from '../../finding';
import type { LabelSelector } from '../../kube/selector';
import { type IdentityEntry, isAboutPods, isNodeAlias } from '../identity/entry';
import { formatSelector } from '../identity/selector';
import type { Paint } from './check-text';
import type { IdentityReport } from './identity-report';

const PLAIN: Paint = { severity: (text) => text, strong: (text) => text, dim: (text) => text };
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];
const COLUMNS = ['SPIFFE ID', 'registrar', 'selectors', 'workloads', 'place'] as const;
/** Workloads of an entry that are named; of others only the number is. */
const NAMED = 3;

/** Plain columns, two blanks apart. */
const BORDERLESS = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((part) => [`${side}${part}`, '']),
  ),
);

/** For people: a row for each entry, then what is wrong, the worst first, and how much of each there is. */
export function* identityText({ entries, findings, objects }: IdentityReport, paint: Paint = PLAIN): Generator<string> {
  yield entries.length === 0 ? 'nothing here registers an identity\n' : `${table(entries)}\n`;
  for (const severity of SEVERITIES) {
    for (const finding of findings) if (finding.severity === severity) yield findingText(finding, paint);
  }
  const counts = SEVERITIES.flatMap((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return number === 0 ? [] : [counted(number, severity === 'info' ? 'note' : severity)];
  });
  const found = counts.length === 0 ? 'nothing found' : counts.join(', ');
  const number = entries.length === 1 ? '1 entry' : `${entries.length} entries`;
  yield `${found}; ${number} in ${counted(objects, 'object')}\n`;
}

function table(entries: readonly IdentityEntry[]): string {
  const rows = new Table({
    head: [...COLUMNS],
    chars: { ...BORDERLESS, middle: '' },
    style: { 'padding-left': 0, 'padding-right': 2, head: [], border: [] },
  });
  for (const entry of entries) {
    const { spiffeId, registrar, source, line } = entry;
    const cells = [spiffeId, registrar, selectorsText(entry), workloadsText(entry), `${source.file}:${line}`];
    rows.push(cells.map(printable));
  }
  return rows.toString().replaceAll(/ +$/gm, '');
}

function selectorsText({ selectors, podSelector, namespaceSelector }: IdentityEntry): string {
  const parts = [
    ...selectors.map(formatSelector),
    ...labelSelectorText('pods', podSelector),
    ...labelSelectorText('namespaces', namespaceSelector),
  ];
  return parts.length === 0 ? '(every pod)' : parts.join(' ');
}

/** `pods{app=web, tier In (a, b)}`, as kubectl writes selectors. */
function labelSelectorText(what: string, { matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): string[] {
  const parts = [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values = [] }) =>
      values.length === 0 ? `${key} ${operator}` : `${key} ${operator} (${values.join(', ')})`,
    ),
  ];
  return parts.length === 0 ? [] : [`${what}{${parts.join(', ')}}`];
}

function workloadsText(entry: IdentityEntry): string {
  if (isNodeAlias(entry)) return '(nodes)';
  if (!isAboutPods(entry)) return '(unknown)';
  const names = [...new Set(entry.workloads.map(({ namespace, name }) => `${namespace}/${name}`))];
  const more = names.length > NAMED ? [`${names.length - NAMED} more`] : [];
  return names.length === 0 ? '(none)' : [...names.slice(0, NAMED), ...more].join(', ');
}

function findingText({ where, severity, message, fix, rule }: Finding, paint: Paint): string {
  const place = paint.strong(printable(formatWhere(where)));
  const advice = paint.dim(`→ ${printable(fix)} (${rule})`);
  return `${place}\n  ${paint.severity(severity, severity)}: ${printable(message)}\n  ${advice}\n`;
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
