import type { Difference, DifferenceSide, GroupEnd } from '../answer/difference';
import { formatDialect } from '../dialect';
import type { DiffJson } from './json-schema';

/** For machines; see json-schema.ts. */
export function diffJson({ before, after, groups, appeared, disappeared }: Difference): string {
  const data: DiffJson = {
    schemaVersion: 1,
    before: sideData(before),
    after: sideData(after),
    groups: groups.map(({ from, to, segments, ...group }) => {
      return { ...group, from: endData(from), to: endData(to), connections: segments };
    }),
    appeared,
    disappeared,
  };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}

function sideData({ dialect, ...side }: DifferenceSide): DiffJson['before'] {
  return { dialect: formatDialect(dialect), ...side };
}

/** An end without what is only for people. */
function endData(end: GroupEnd): DiffJson['groups'][number]['from'] {
  if (end.kind === 'workloads') return end;
  const { label: _, ...data } = end;
  return data;
}
