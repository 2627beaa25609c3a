import { expect, test } from 'vitest';
import { waiverFindings } from '../../../../lib/governance/policy/waiver';

const WAIVER = { label: 'security-waiver', reason: 'Outage' };
const pull = (...labels: readonly string[]) =>
  JSON.stringify({ pull_request: { labels: labels.map((name) => ({ name })) } });

test.each<[string, string | undefined, boolean]>([
  ['outside of GitHub', undefined, true],
  ['for a push', JSON.stringify({ ref: 'refs/heads/main' }), true],
  ['for something else', 'null', true],
  ['with the label', pull('docs', 'security-waiver'), true],
  ['without it', pull('docs'), false],
  ['without any', pull(), false],
  ['with one that holds its name', pull('no-security-waiver'), false],
])('%s', (_, event, isFine) => {
  const findings = waiverFindings(WAIVER, event);
  expect(findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual(isFine ? [] : ['error egress-waiver']);
});
