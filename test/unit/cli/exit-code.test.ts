import { expect, test } from 'vitest';
import { EXIT, exitCodeOf } from '../../../lib/cli/exit-code';
import type { Finding, Severity } from '../../../lib/finding';

function finding(rule: string, severity: Severity = 'error'): Finding {
  return { rule, severity, where: { construct: 'a' }, message: 'b', fix: 'c' };
}

test('the codes that the README lists', () => {
  expect(EXIT).toEqual({ fine: 0, findings: 1, drift: 2, usage: 3 });
});

test.each([
  [0, []],
  [0, [finding('egress-only', 'warning'), finding('unknown-environment', 'info')]],
  [1, [finding('invalid-value')]],
  [1, [finding('invalid-value'), finding('unknown-environment')]],
  [3, [finding('unknown-environment')]],
  [3, [finding('output-directory'), finding('program-module'), finding('egress-only', 'warning')]],
])('%i', (code, findings) => {
  expect(exitCodeOf(findings)).toBe(code);
});
