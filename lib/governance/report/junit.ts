import builder from 'junit-report-builder';
import { printable } from '../../finding';
import { allRules, type FindingsReport, placeOf, textOf } from './report';

/**
 * JUnit's XML, which every CI shows: a test for each rule that found nothing, and one for each finding. Errors are
 * failures; warnings and notes are in the output of tests that passed.
 */
export function junit(report: FindingsReport): string {
  const { command, findings } = report;
  const document = builder.newBuilder();
  const suite = document.testSuite().name(`portcullis ${command}`);
  const broken = new Set(findings.map(({ rule }) => rule));
  for (const { id, title } of allRules(report)) {
    if (!broken.has(id)) suite.testCase().className(id).name(title);
  }
  for (const finding of findings) {
    const { rule, severity, message } = finding;
    const place = printable(placeOf(finding));
    const test = suite
      .testCase()
      .className(rule)
      .name(`${place}: ${printable(message)}`);
    const text = `${place}\n${textOf(finding).split('\n').map(printable).join('\n')}`;
    if (severity === 'error') test.failure(printable(message), rule).stacktrace(text);
    else test.standardOutput(`${severity}: ${text}`);
  }
  return document.build();
}
