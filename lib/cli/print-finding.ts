import pc from 'picocolors';
import { type Finding, formatWhere, type Severity } from '../finding';

const COLOUR: Readonly<Record<Severity, (text: string) => string>> = {
  error: pc.red,
  warning: pc.yellow,
  info: pc.cyan,
};
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** Prints findings for people on stderr, the worst first, and how many there are. */
export function printFindings(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  const sorted = [...findings].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  const lines = sorted.map(
    ({ severity, where, message, fix, rule }) =>
      `${pc.bold(formatWhere(where))}\n  ${COLOUR[severity](severity)}: ${message}\n  ${pc.dim(`→ ${fix} (${rule})`)}\n`,
  );
  const counts = SEVERITIES.map(
    (severity) => [severity, findings.filter((f) => f.severity === severity).length] as const,
  );
  const total = counts
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${plural(severity, count)}`);
  process.stderr.write(`${lines.join('')}${total.join(', ')}\n`);
}

function plural(severity: Severity, count: number): string {
  return severity === 'info' || count === 1 ? severity : `${severity}s`;
}
