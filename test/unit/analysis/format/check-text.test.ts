import { expect, test } from 'vitest';
import { CHECK_FORMATS, checkAs } from '../../../../lib/analysis/format/check-format';
import type { CheckReport } from '../../../../lib/analysis/format/check-report';
import type { Paint } from '../../../../lib/analysis/format/finding-text';
import type { Finding, Severity } from '../../../../lib/finding';

const finding = (severity: Severity, line: number, more: Partial<Finding> = {}): Finding => ({
  rule: 'world-egress',
  severity,
  where: { file: 'shop.yaml', line },
  message: `line ${line} is wrong`,
  fix: 'correct it',
  ...more,
});

function report(findings: readonly Finding[], more: Partial<CheckReport> = {}): CheckReport {
  return { dialect: { kind: 'kubernetes' }, findings, suppressed: [], objects: 3, policies: 2, ...more };
}

const text = (...args: Parameters<typeof report>) => [...checkAs('text', report(...args))].join('');

test('the worst comes first, each with its place and what to do, and a sum', () => {
  expect(text([finding('info', 1), finding('warning', 2), finding('error', 3), finding('error', 4)])).toBe(
    `shop.yaml:3
  error: line 3 is wrong
  → correct it (world-egress)
shop.yaml:4
  error: line 4 is wrong
  → correct it (world-egress)
shop.yaml:2
  warning: line 2 is wrong
  → correct it (world-egress)
shop.yaml:1
  info: line 1 is wrong
  → correct it (world-egress)
2 errors, 1 warning, 1 note; 3 objects, 2 of them policies
`,
  );
});

const accepted = {
  finding: { ...finding('error', 1), object: 'Pod a/b' },
  reason: 'known',
} as CheckReport['suppressed'][number];
test.each<[string, readonly Finding[], Partial<CheckReport>]>([
  ['nothing found; 3 objects, 2 of them policies\n', [], {}],
  ['nothing found; 1 object, 1 of them a policy\n', [], { objects: 1, policies: 1 }],
  ['nothing found, 1 suppressed; 3 objects, 2 of them policies\n', [], { suppressed: [accepted] }],
])('%s', (sum, findings, more) => {
  expect(text(findings, more)).toBe(sum);
});

test('nothing that a terminal would act on is shown', () => {
  const evil = 'a\u001b[2J\nb';
  const shown = text([finding('error', 1, { where: { file: evil }, message: evil, fix: evil })]);
  expect(shown.split('a\\u{1b}[2J\\u{a}b')).toHaveLength(4);
  expect(shown.split('\n')).toHaveLength(5);
});

test('words are set off as the terminal does it', () => {
  const paint: Paint = {
    severity: (word, severity) => `<${severity}>${word}</>`,
    strong: (word) => `<b>${word}</>`,
    dim: (word) => `<i>${word}</>`,
  };
  expect([...checkAs('text', report([finding('error', 3)]), paint)].join('')).toBe(
    `<b>shop.yaml:3</>
  <error>error</>: line 3 is wrong
  <i>→ correct it (world-egress)</>
1 error; 3 objects, 2 of them policies
`,
  );
});

test('JSON holds findings as they are, those that were accepted too', () => {
  const findings = [finding('info', 1), finding('error', 2)];
  const data = JSON.parse([...checkAs('json', report(findings, { suppressed: [accepted] }))].join(''));
  expect(data).toEqual({
    schemaVersion: 1,
    dialect: 'kubernetes',
    objects: 3,
    policies: 2,
    findings,
    suppressed: [accepted],
  });
});

test('every format ends its last line', () => {
  expect(CHECK_FORMATS).toEqual(['text', 'json']);
  for (const format of CHECK_FORMATS) expect([...checkAs(format, report([]))].join('')).toMatch(/[^\n]\n$/);
});
