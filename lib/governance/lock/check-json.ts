import type { LockCheck } from './check-lock';
import type { LockCheckJson } from './check-schema';

/** For machines; see check-schema.ts. */
export function lockCheckJson({ drifts, findings, entries }: LockCheck): string {
  const data: LockCheckJson = { schemaVersion: 1, entries, drifts, findings };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}
