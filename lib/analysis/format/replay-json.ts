import { formatDialect } from '../dialect';
import type { Replay } from '../replay/outcome';
import type { ReplayJson } from './replay-schema';

/** For machines; see replay-schema.ts. */
export function replayJson({ dialect, findings, first, last, totals, unlisted, groups, recording }: Replay): string {
  const data: ReplayJson = {
    schemaVersion: 1,
    dialect: formatDialect(dialect),
    findings,
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
    totals,
    unlisted,
    groups,
    recording,
  };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}
