import { checkJson } from './check-json';
import type { CheckReport } from './check-report';
import { checkText } from './check-text';
import type { Paint } from './finding-text';

/** One writer for each format; another format is one more line here. */
const WRITERS = {
  text: (report: CheckReport, paint?: Paint) => checkText(report, paint),
  json: (report: CheckReport) => [checkJson(report)],
} satisfies Readonly<Record<string, (report: CheckReport, paint?: Paint) => Iterable<string>>>;

/** How a check can be written. */
export type CheckFormat = keyof typeof WRITERS;

export const CHECK_FORMATS = Object.keys(WRITERS) as readonly CheckFormat[];

/** @param paint for formats that people read on a terminal */
export function checkAs(format: CheckFormat, report: CheckReport, paint?: Paint): Iterable<string> {
  return WRITERS[format](report, paint);
}
