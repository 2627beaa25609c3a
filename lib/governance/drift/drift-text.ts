import { formatWhere, printable } from '../../finding';
import { formatObject } from '../../kube/object';
import { type Change, formatPath } from './differences';
import { type DriftReport, OBJECT_DRIFTS, type ObjectDrift } from './find-drift';

/** Longest value that is shown as it is. */
const LONGEST_VALUE = 120;
/** Changes of one object that are shown; those beyond are counted. */
const MOST_CHANGES = 10;
const INDENT = ' '.repeat(11);

/** For people: each object with what happened to it, what nobody rendered first, and how many there are. */
export function* driftText({ against, compared, drifts }: Omit<DriftReport, 'findings'>): Generator<string> {
  for (const drift of drifts) yield objectText(drift);
  const counts = OBJECT_DRIFTS.flatMap((kind) => {
    const number = drifts.filter((drift) => drift.kind === kind).length;
    return number === 0 ? [] : [`${number} ${kind}`];
  });
  const objects = `${compared} ${compared === 1 ? 'object' : 'objects'} compared with ${printable(against)}`;
  yield counts.length === 0 ? `${objects}: no drift\n` : `${objects}: ${counts.join(', ')}\n`;
}

function objectText({ kind, object, where, construct, message, fix, changes }: ObjectDrift): string {
  const { apiVersion, metadata } = object;
  const name = formatObject({ apiVersion, kind: object.kind, namespace: metadata.namespace, name: metadata.name });
  const place =
    'construct' in where ? undefined : `${formatWhere(where)}${construct === undefined ? '' : ` (${construct})`}`;
  const more = changes.length - MOST_CHANGES;
  const lines = [
    ...(kind === 'unmanaged' ? [message] : []),
    ...changes.slice(0, MOST_CHANGES).map(changeText),
    ...(more > 0 ? [`… and ${more} more`] : []),
    ...(place === undefined ? [] : [kind === 'unmanaged' ? place : `rendered by ${place}`]),
    `→ ${fix}`,
  ];
  return `${kind.padEnd(9)}  ${printable(name)}\n${lines.map((line) => `${INDENT}${printable(line)}\n`).join('')}`;
}

function changeText({ path, rendered, live }: Change): string {
  const place = formatPath(path);
  if (rendered === undefined) return `${place}: ${valueText(live)} was added`;
  if (live === undefined) return `${place}: ${valueText(rendered)} was removed`;
  return `${place}: ${valueText(live)} instead of ${valueText(rendered)}`;
}

function valueText(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
