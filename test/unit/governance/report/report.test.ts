import { resolve } from 'node:path';
import type { Log } from 'sarif';
import { describe, expect, test } from 'vitest';
import type { FindingsReport, ReportedFinding } from '../../../../lib/governance/report/report';
import {
  isReportFormat,
  REPORT_FORMATS,
  type ReportFormat,
  reportAs,
} from '../../../../lib/governance/report/report-format';

const FINDING: ReportedFinding = {
  rule: 'void-rule',
  severity: 'warning',
  where: { file: 'shop/web policy.yaml', line: 7, column: 3 },
  message: 'the rule changes nothing: see (shop/api.yaml:12)',
  fix: 'remove it',
  object: 'NetworkPolicy shop/web',
};
const RULES = [
  { id: 'void-rule', title: 'A rule that changes nothing' },
  { id: 'absent-peer', title: 'A rule that names no peer' },
];

function report(format: ReportFormat, findings: readonly ReportedFinding[], rules: FindingsReport['rules'] = RULES) {
  return [...reportAs(format, { command: 'check', version: '1.2.3', findings, rules })].join('');
}

describe('sarif', () => {
  const log = (...findings: readonly ReportedFinding[]) => JSON.parse(report('sarif', findings)) as Log;
  const results = (...findings: readonly ReportedFinding[]) => log(...findings).runs[0]?.results ?? [];
  const fingerprint = (finding: ReportedFinding) => results(finding)[0]?.partialFingerprints?.['portcullisFinding/v1'];

  test('names tool, rules and places', () => {
    const { version, runs } = log(FINDING, { ...FINDING, rule: 'yaml-syntax', severity: 'error' });
    expect(version).toBe('2.1.0');
    const driver = runs[0]?.tool.driver;
    expect([driver?.name, driver?.semanticVersion]).toEqual(['portcullis', '1.2.3']);
    expect(driver?.rules?.map(({ id }) => id)).toEqual(['absent-peer', 'void-rule', 'yaml-syntax']);
    expect(runs[0]?.results).toMatchObject([
      {
        ruleId: 'void-rule',
        ruleIndex: 1,
        level: 'warning',
        message: { text: `${FINDING.message}\n→ remove it` },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'shop/web%20policy.yaml', uriBaseId: '%SRCROOT%' },
              region: { startLine: 7, startColumn: 3 },
            },
          },
        ],
      },
      { ruleId: 'yaml-syntax', ruleIndex: 2, level: 'error' },
    ]);
  });

  test.each<[string, ReportedFinding['where'], unknown]>([
    ['below the working directory', { file: resolve('a/b.yaml') }, { uri: 'a/b.yaml', uriBaseId: '%SRCROOT%' }],
    ['elsewhere', { file: '/nowhere/b.yaml' }, { uri: 'file:///nowhere/b.yaml' }],
  ])('a file %s', (_, where, artifactLocation) => {
    expect(results({ ...FINDING, where })[0]?.locations?.[0]?.physicalLocation).toEqual({
      artifactLocation,
      region: { startLine: 1 },
    });
  });

  test('a construct is a logical location, in a file that every repository has', () => {
    const [result] = results({ ...FINDING, where: { construct: 'app/web' } });
    expect(result?.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'package.json', uriBaseId: '%SRCROOT%' },
          region: { startLine: 1 },
        },
        logicalLocations: [{ fullyQualifiedName: 'app/web', kind: 'object' }],
      },
    ]);
  });

  test('two findings that differ in their lines alone have fingerprints of their own', () => {
    const again = { ...FINDING, where: { ...FINDING.where, line: 9 } };
    const prints = results(FINDING, again, again).map(({ partialFingerprints }) => partialFingerprints);
    expect(new Set(prints.map((print) => print?.['portcullisFinding/v1'])).size).toBe(3);
    expect(prints[0]).toEqual(results(FINDING)[0]?.partialFingerprints);
  });

  test('a fingerprint stays when lines move, and is another one for another object, rule or message', () => {
    const moved = {
      ...FINDING,
      where: { ...FINDING.where, line: 70 },
      message: 'the rule changes nothing: see (shop/api.yaml:99)',
    };
    expect(fingerprint(moved)).toBe(fingerprint(FINDING));
    for (const other of [{ object: 'NetworkPolicy shop/api' }, { rule: 'absent-peer' }, { message: 'else' }]) {
      expect(fingerprint({ ...FINDING, ...other })).not.toBe(fingerprint(FINDING));
    }
  });
});

describe('github', () => {
  test('an annotation for each finding', () => {
    expect(report('github', [FINDING, { ...FINDING, severity: 'info', where: { construct: 'app/web' } }])).toBe(
      '::warning file=shop/web policy.yaml,line=7,col=3,title=void-rule::the rule changes nothing: see (shop/api.yaml:12)%0A→ remove it\n' +
        '::notice title=void-rule::[app/web] the rule changes nothing: see (shop/api.yaml:12)%0A→ remove it\n',
    );
  });

  test('no text becomes a command or a property of its own', () => {
    const evil = 'a\n::set-output name=x::y\r100%,line=1:';
    const text = report('github', [{ ...FINDING, where: { file: evil }, message: evil }]);
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toMatch(
      /^::warning file=a%0A%3A%3Aset-output name=x%3A%3Ay\\u\{d\}100%25%2Cline=1%3A,title=void-rule::/,
    );
  });
});

describe('junit', () => {
  test('a test for each rule without findings and for each finding, errors as failures', () => {
    const text = report('junit', [FINDING, { ...FINDING, severity: 'error', rule: 'yaml-syntax' }]);
    expect(text).toContain('<testsuite name="portcullis check" tests="3" failures="1" errors="0" skipped="0">');
    expect(text).toContain('<testcase classname="absent-peer" name="A rule that names no peer"/>');
    expect(text).toMatch(/<testcase classname="yaml-syntax" name="shop\/web policy\.yaml:7:3: [^"]*">\s*<failure /);
    expect(text).toMatch(/<testcase classname="void-rule" [^>]*>\s*<system-out>/);
  });

  test('no text becomes markup', () => {
    const text = report('junit', [{ ...FINDING, severity: 'error', message: `"><testcase/>]]>&\u0000` }]);
    // Within a block of characters nothing is markup, and what would end it is parted.
    const markup = text.replaceAll(/<!\[CDATA\[[\s\S]*?\]\]>/g, '');
    expect(markup.match(/<testcase[ /]/g)).toHaveLength(2);
    expect(markup).not.toContain('<testcase/');
    expect(text).not.toContain('\u0000');
  });
});

describe('markdown', () => {
  test('tables by severity, notes folded away', () => {
    const text = report('markdown', [FINDING, { ...FINDING, severity: 'error' }, { ...FINDING, severity: 'info' }]);
    expect(text.indexOf('**Errors: 1**')).toBeLessThan(text.indexOf('**Warnings: 1**'));
    expect(text).toContain('<details><summary>Notes: 1</summary>');
    expect(text).toContain(
      '| `shop/web policy.yaml:7:3` | the rule changes nothing: see (shop/api.yaml:12) | remove it | `void-rule` |\n',
    );
  });

  test('says that nothing was found', () => {
    expect(report('markdown', [])).toBe('### portcullis check\n\nNothing found.\n');
  });

  test('stays short enough for a comment, and says what it leaves out', () => {
    const text = report(
      'markdown',
      Array.from({ length: 130 }, () => FINDING),
    );
    expect(text.match(/`void-rule` \|/g)).toHaveLength(100);
    expect(text).toContain('30 more are not shown.');
  });
});

test('formats are known by name', () => {
  expect(REPORT_FORMATS).toEqual(['sarif', 'junit', 'github', 'markdown']);
  expect([isReportFormat('sarif'), isReportFormat('text')]).toEqual([true, false]);
});
