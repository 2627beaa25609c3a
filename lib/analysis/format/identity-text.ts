import { printable } from '../../finding';
import type { LabelSelector } from '../../kube/selector';
import { type IdentityEntry, isAboutPods, isNodeAlias } from '../identity/entry';
import { formatSelector } from '../identity/selector';
import { counted, findingsSum, findingsText, type Paint, PLAIN } from './finding-text';
import type { IdentityReport } from './identity-report';

/** Workloads of an entry that are named; of others only the number is. */
const NAMED = 5;

/** For people: a paragraph for each entry, then what is wrong, the worst first, and how much of each there is. */
export function* identityText({ entries, findings, objects }: IdentityReport, paint: Paint = PLAIN): Generator<string> {
  if (entries.length === 0) yield 'nothing here registers an identity\n';
  for (const entry of entries) yield entryText(entry, paint);
  yield* findingsText(findings, paint);
  yield `${findingsSum(findings)}; ${counted(entries.length, 'entry', 'entries')} in ${counted(objects, 'object')}\n`;
}

function entryText(entry: IdentityEntry, paint: Paint): string {
  const { registrar, object, source, line, parentId } = entry;
  // Resources are named by their kind already.
  const who = registrar === 'Job' ? `Job, ${object}` : object;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['by', `${who}  ${source.file}:${line}${source.construct === undefined ? '' : `  (${source.construct})`}`],
    ['under', parentId],
    ['for', selectorsText(entry)],
    ['issued to', workloadsText(entry)],
    ['lives', livesText(entry)],
  ];
  const lines = rows.flatMap(([name, text]) => (text === undefined ? [] : [`  ${name.padEnd(9)}  ${printable(text)}`]));
  return `${paint.strong(printable(entry.spiffeId))}\n${lines.join('\n')}\n`;
}

function livesText({ ttl, jwtTtl }: IdentityEntry): string | undefined {
  const parts = [...(ttl === undefined ? [] : [`X.509 ${ttl}`]), ...(jwtTtl === undefined ? [] : [`JWT ${jwtTtl}`])];
  return parts.length === 0 ? undefined : parts.join(', ');
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
  if (!isAboutPods(entry)) return '(unknown: the selectors are not about pods)';
  const names = [...new Set(entry.workloads.map(({ namespace, name, kind }) => `${namespace}/${name}[${kind}]`))];
  const more = names.length > NAMED ? [`${names.length - NAMED} more`] : [];
  return names.length === 0 ? '(nobody)' : [...names.slice(0, NAMED), ...more].join(', ');
}
