import { findingsSum, findingsText } from '../analysis/format/finding-text';
import type { Finding } from '../finding';
import { paint } from './paint';

/**
 * Prints findings for people on stderr, the worst first, and how many there are. Notes are only counted: there is
 * nothing to do about them, and a run should end with what matters.
 * @param lists the option that prints notes too
 */
export function printFindings(findings: readonly Finding[], lists = '--json'): void {
  if (findings.length === 0) return;
  const told = findings.filter(({ severity }) => severity !== 'info');
  const hint = told.length === findings.length ? '' : ` (${lists} lists them)`;
  const text = [...findingsText(told, paint(process.stderr))].join('');
  process.stderr.write(`${text}${findingsSum(findings)}${hint}\n`);
}
