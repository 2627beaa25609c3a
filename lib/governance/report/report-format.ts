import { githubAnnotations } from './github';
import { junit } from './junit';
import { markdownReport } from './markdown';
import type { FindingsReport } from './report';
import { sarif } from './sarif';

/** One writer for each format; another format is one more line here. */
const WRITERS = {
  sarif: (report: FindingsReport) => [sarif(report)],
  junit: (report: FindingsReport) => [junit(report)],
  github: githubAnnotations,
  markdown: markdownReport,
} satisfies Readonly<Record<string, (report: FindingsReport) => Iterable<string>>>;

/** How findings can be reported beside the format of the command itself. */
export type ReportFormat = keyof typeof WRITERS;

export const REPORT_FORMATS = Object.keys(WRITERS) as readonly ReportFormat[];

export function reportAs(format: ReportFormat, report: FindingsReport): Iterable<string> {
  return WRITERS[format](report);
}

export function isReportFormat(format: string): format is ReportFormat {
  return (REPORT_FORMATS as readonly string[]).includes(format);
}
