import { formatDialect } from '../dialect';
import type { CheckReport } from './check-report';
import type { CheckJson } from './json-schema';

/** For machines; see json-schema.ts. */
export function checkJson({ dialect, findings, suppressed, objects, policies }: CheckReport): string {
  const data: CheckJson = {
    schemaVersion: 1,
    dialect: formatDialect(dialect),
    objects,
    policies,
    findings,
    suppressed,
  };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}
