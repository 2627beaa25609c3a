import type { Finding } from '../../finding';
import type { FlowReport } from './flow-report';
import type { FlowReportJson } from './flow-report-schema';

/** For machines; see flow-report-schema.ts. */
export function flowReportJson(report: FlowReport, findings: readonly Finding[]): string {
  const data: FlowReportJson = { schemaVersion: 1, ...recordedJson(report), findings };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}

/** What a recording says, with the names of seed 003. */
export function recordedJson({
  allowed,
  blocked,
  hosts,
  recent,
  unlisted,
  inside,
  skipped,
}: FlowReport): Omit<FlowReportJson, 'schemaVersion' | 'findings'> {
  return { allowed_total: allowed, blocked_total: blocked, hosts, recent_events: recent, unlisted, inside, skipped };
}
