import { appendFileSync } from 'node:fs';
import { Option } from 'commander';
import type { FindingsReport } from '../governance/report/report';
import { REPORT_FORMATS, type ReportFormat, reportAs } from '../governance/report/report-format';
import { writeChunks } from './analysis-output';
import { packageVersion } from './version';

/** `--format` of commands whose answer is a list of findings: their own formats, and those of reports. */
export function reportFormatOption(own: readonly string[]): Option {
  return new Option('--format <format>', 'what to print').choices([...own, ...REPORT_FORMATS]).default('text');
}

/**
 * Writes findings for a machine. For GitHub Actions the summary of the job gets the same as a table.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
 */
export async function writeReport(format: ReportFormat, report: Omit<FindingsReport, 'version'>): Promise<void> {
  const whole = { ...report, version: packageVersion() };
  const summary = process.env.GITHUB_STEP_SUMMARY;
  if (format === 'github' && summary) appendFileSync(summary, [...reportAs('markdown', whole)].join(''));
  await writeChunks(reportAs(format, whole));
}
