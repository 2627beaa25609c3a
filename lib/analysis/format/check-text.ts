import type { CheckReport } from './check-report';
import { counted, findingsSum, findingsText, type Paint, PLAIN } from './finding-text';

/** For people: the worst first, each with its place and what to do, and then how many there are. */
export function* checkText(report: CheckReport, paint: Paint = PLAIN): Generator<string> {
  yield* findingsText(report.findings, paint);
  yield `${sumText(report)}\n`;
}

function sumText({ findings, suppressed, objects, policies }: CheckReport): string {
  const accepted = suppressed.length === 0 ? '' : `, ${suppressed.length} suppressed`;
  const kinds = `${policies} of them ${policies === 1 ? 'a policy' : 'policies'}`;
  return `${findingsSum(findings)}${accepted}; ${counted(objects, 'object')}, ${kinds}`;
}
