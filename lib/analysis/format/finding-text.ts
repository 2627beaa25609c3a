import { type Finding, formatWhere, printable, type Severity } from '../../finding';

/** How words are set off; on a terminal in colours. */
export interface Paint {
  readonly severity: (text: string, severity: Severity) => string;
  readonly strong: (text: string) => string;
  readonly dim: (text: string) => string;
}

export const PLAIN: Paint = { severity: (text) => text, strong: (text) => text, dim: (text) => text };
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** Findings for people: the worst first, each with its place and what to do. */
export function* findingsText(findings: readonly Finding[], paint: Paint): Generator<string> {
  for (const severity of SEVERITIES) {
    for (const finding of findings) if (finding.severity === severity) yield findingText(finding, paint);
  }
}

function findingText({ where, severity, message, fix, rule }: Finding, paint: Paint): string {
  const place = paint.strong(printable(formatWhere(where)));
  const advice = paint.dim(`→ ${printable(fix)} (${rule})`);
  return `${place}\n  ${paint.severity(severity, severity)}: ${printable(message)}\n  ${advice}\n`;
}

/** `2 errors, 1 note`, the severities that there are; `nothing found` without any. */
export function findingsSum(findings: readonly Finding[]): string {
  const counts = SEVERITIES.flatMap((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return number === 0 ? [] : [counted(number, severity === 'info' ? 'note' : severity)];
  });
  return counts.length === 0 ? 'nothing found' : counts.join(', ');
}

/** `1 object`, `2 objects`. */
export function counted(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}
