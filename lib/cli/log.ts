import { findingsSum, findingsText } from '../analysis/format/finding-text';
import type { Finding } from '../finding';
import { EGRESS_VARIABLES, type EgressLogLevel, type EgressSettings } from '../model/egress-settings';
import { paint } from './paint';
import { packageVersion } from './version';

export type LogFormat = 'text' | 'json';

/** What EGRESS_LOG_FORMAT says; whether it may say so is for the policy command to judge. */
export function logFormat(): LogFormat {
  return process.env[EGRESS_VARIABLES.logFormat] === 'json' ? 'json' : 'text';
}

/** Whether findings are logged as well, which a machine that reads the output finds in there. */
export function isLogged(outputFormat: string, { logFormat: format }: Pick<EgressSettings, 'logFormat'>): boolean {
  return outputFormat === 'text' || format === 'json';
}

/** A line of the log in JSON. */
export function logLine(level: 'error' | 'warning' | 'info', entry: Readonly<Record<string, unknown>>): string {
  const head = { timestamp: new Date().toISOString(), level, tool: 'portcullis', version: packageVersion() };
  return `${JSON.stringify({ ...head, ...entry })}\n`;
}

/**
 * Logs findings of a run on stderr.
 * @param level 0 errors alone, 1 warnings too, 2 notes too
 */
export function logFindings(findings: readonly Finding[], level: EgressLogLevel, format: LogFormat): void {
  const severities = (['error', 'warning', 'info'] as const).slice(0, level + 1);
  const told = findings.filter(({ severity }) => severities.includes(severity));
  if (told.length === 0) return;
  process.stderr.write(findingsLog(told, format));
}

/** Findings as the log has them. */
export function findingsLog(findings: readonly Finding[], format: LogFormat): string {
  if (format === 'text')
    return `${[...findingsText(findings, paint(process.stderr))].join('')}${findingsSum(findings)}\n`;
  return findings.map(({ severity, ...entry }) => logLine(severity, entry)).join('');
}
