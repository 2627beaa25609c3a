import type { Severity } from '../../finding';
import { markdownCode, markdownText } from '../../render/network/markdown';
import { type FindingsReport, placeOf, type ReportedFinding } from './report';

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];
const HEADINGS: Readonly<Record<Severity, string>> = { error: 'Errors', warning: 'Warnings', info: 'Notes' };
/** A comment of a pull request takes 65,536 characters; what is cut is counted. */
const MOST = 100;

/** For a pull request or the summary of a job: a table for each severity, notes folded away. */
export function* markdownReport({ command, findings }: FindingsReport): Generator<string> {
  yield `### portcullis ${command}\n\n`;
  if (findings.length === 0) yield 'Nothing found.\n';
  for (const severity of SEVERITIES) {
    const some = findings.filter((finding) => finding.severity === severity);
    if (some.length === 0) continue;
    const title = `${HEADINGS[severity]}: ${some.length}`;
    const folded = severity === 'info';
    yield folded ? `<details><summary>${title}</summary>\n\n` : `**${title}**\n\n`;
    yield '| where | what | what to do | rule |\n|---|---|---|---|\n';
    for (const finding of some.slice(0, MOST)) yield row(finding);
    if (some.length > MOST) yield `\n${some.length - MOST} more are not shown.\n`;
    yield folded ? '\n</details>\n' : '\n';
  }
}

function row(finding: ReportedFinding): string {
  const { message, fix, rule } = finding;
  return `| ${markdownCode(placeOf(finding))} | ${markdownText(message)} | ${markdownText(fix)} | ${markdownCode(rule)} |\n`;
}
