import pc from 'picocolors';
import { type Finding, formatWhere, printable, type Severity } from '../finding';

const COLOUR: Readonly<Record<Severity, 'red' | 'yellow' | 'cyan'>> = { error: 'red', warning: 'yellow', info: 'cyan' };
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/**
 * Prints findings for people on stderr, the worst first, and how many there are. Notes are only counted: there is
 * nothing to do about them, and a run should end with what matters.
 */
export function printFindings(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  // Colours are for a terminal at this very stream, not at stdout, and not for a log of CI; NO_COLOR is heeded.
  const colours = pc.createColors(process.stderr.isTTY === true && process.stderr.hasColors());
  const sorted = SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  const lines = sorted
    .filter(({ severity }) => severity !== 'info')
    .map(({ severity, where, message, fix, rule }) => {
      const label = colours[COLOUR[severity]](severity);
      const advice = colours.dim(`→ ${printable(fix)} (${rule})`);
      return `${colours.bold(printable(formatWhere(where)))}\n  ${label}: ${printable(message)}\n  ${advice}\n`;
    });
  const total = SEVERITIES.map((severity) => count(sorted, severity)).filter((text) => text !== '');
  process.stderr.write(`${lines.join('')}${total.join(', ')}\n`);
}

function count(findings: readonly Finding[], severity: Severity): string {
  const number = findings.filter((finding) => finding.severity === severity).length;
  if (number === 0) return '';
  const noun = severity === 'info' ? 'note' : severity;
  return `${number} ${noun}${number === 1 ? '' : 's'}${severity === 'info' ? ' (--json lists them)' : ''}`;
}
