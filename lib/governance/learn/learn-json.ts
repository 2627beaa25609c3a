import type { Learned } from './learn';
import type { MergedWorkspace } from './merge';

/** For machines; see learn-schema.ts. */
export function learnJson(learned: Learned, merged?: readonly MergedWorkspace[]): string {
  const data = { schemaVersion: 1, ...learned, ...(merged === undefined ? {} : { merged }) };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}
