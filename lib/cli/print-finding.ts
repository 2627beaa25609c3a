import { findingsSum, findingsText } from '../analysis/format/finding-text';
import type { Finding } from '../finding';
import { findingsLog, logFormat } from './log';
import { paint } from './paint';

/**
 * Prints findings for people on stderr, the worst first, and how many there are. Notes are only counted: there is
 * nothing to do about them, and a run should end with what matters. EGRESS_LOG_FORMAT=json makes a line of JSON of
 * each, notes too.
 * @param lists the option that prints notes too
 */
export function printFindings(findings: readonly Finding[], lists = '--json'): void {
  if (findings.length === 0) return;
  if (logFormat() === 'json') {
    process.stderr.write(findingsLog(findings, 'json'));
    return;
  }
  const told = findings.filter(({ severity }) => severity !== 'info');
  const hint = told.length === findings.length ? '' : ` (${lists} lists them)`;
  const text = [...findingsText(told, paint(process.stderr))].join('');
  process.stderr.write(`${text}${findingsSum(findings)}${hint}\n`);
}
