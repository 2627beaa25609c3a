import { type Finding, formatWhere, printable, type Severity } from '../../finding';
import type { CheckReport } from './check-report';

/** How words are set off; on a terminal in colours. */
export interface Paint {
  readonly severity: (text: string, severity: Severity) => string;
  readonly strong: (text: string) => string;
  readonly dim: (text: string) => string;
}

const PLAIN: Paint = { severity: (text) => text, strong: (text) => text, dim: (text) => text };
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** For people: the worst first, each with its place and what to do, and then how many there are. */
export function* checkText(report: CheckReport, paint: Paint = PLAIN): Generator<string> {
  for (const severity of SEVERITIES) {
    for (const finding of report.findings) if (finding.severity === severity) yield findingText(finding, paint);
  }
  yield `${sumText(report)}\n`;
}

function findingText({ where, severity, message, fix, rule }: Finding, paint: Paint): string {
  const place = paint.strong(printable(formatWhere(where)));
  const advice = paint.dim(`→ ${printable(fix)} (${rule})`);
  return `${place}\n  ${paint.severity(severity, severity)}: ${printable(message)}\n  ${advice}\n`;
}

function sumText({ findings, suppressed, objects, policies }: CheckReport): string {
  const counts = SEVERITIES.flatMap((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return number === 0 ? [] : [counted(number, severity === 'info' ? 'note' : severity)];
  });
  const accepted = suppressed.length === 0 ? [] : [`${suppressed.length} suppressed`];
  const found = [...(counts.length === 0 ? ['nothing found'] : counts), ...accepted].join(', ');
  return `${found}; ${counted(objects, 'object')}, ${policies} of them ${policies === 1 ? 'a policy' : 'policies'}`;
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
