import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Finding,
  FindingsError,
  formatFinding,
  formatWhere,
  hasErrors,
  InvalidValueError,
  printable,
  quoted,
  type Where,
} from '../../lib/finding';

function finding(severity: Finding['severity'], where: Where = { construct: 'app/plane' }): Finding {
  return { rule: 'duplicate-object', severity, where, message: 'two objects share a name', fix: 'rename one' };
}

test.each<[Where, string]>([
  [{ construct: 'app/ws-1/agents' }, 'app/ws-1/agents'],
  [{ construct: '' }, '(app)'],
  [{ construct: 'app/ws-1', file: 'environments/prod.yaml' }, 'environments/prod.yaml: app/ws-1'],
  [{ file: 'environments/prod.yaml' }, 'environments/prod.yaml'],
  [{ file: 'environments/prod.yaml', line: 4 }, 'environments/prod.yaml:4'],
  [{ file: 'environments/prod.yaml', line: 4, column: 7 }, 'environments/prod.yaml:4:7'],
  // A column without its line would be read as a line.
  [{ file: 'environments/prod.yaml', column: 7 }, 'environments/prod.yaml'],
])('%j reads %j', (where, text) => expect(formatWhere(where)).toBe(text));

test('a finding reads as place, severity, what is wrong, what to do, rule', () => {
  expect(formatFinding(finding('error', { file: 'a.yaml', line: 4, column: 7 }))).toBe(
    'a.yaml:4:7: error: two objects share a name; rename one (duplicate-object)',
  );
});

test('a finding is one line, whatever it quotes', () => {
  const text = formatFinding({
    ...finding('error', { file: 'a\nb.yaml' }),
    message: "'x\n::error::done' \u001b[2K is wrong",
    fix: 'remove \u202eit',
  });
  expect(text).toBe(
    "a\\u{a}b.yaml: error: 'x\\u{a}::error::done' \\u{1b}[2K is wrong; remove \\u{202e}it (duplicate-object)",
  );
});

test.each([
  [[], false],
  [[finding('info'), finding('warning')], false],
  [[finding('info'), finding('error')], true],
])('hasErrors of %j is %j', (findings, errors) => expect(hasErrors(findings)).toBe(errors));

describe('InvalidValueError', () => {
  const problem = { message: '0 is not a port', fix: 'use a whole number from 1 to 65535' };

  test('says what is wrong and what to do', () => {
    const error = new InvalidValueError(problem);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'InvalidValueError', problem, construct: undefined });
    expect(error.message).toBe('0 is not a port; use a whole number from 1 to 65535');
  });

  test('says where, if it knows', () => {
    const error = new InvalidValueError(problem, 'app/vault');
    expect(error.construct).toBe('app/vault');
    expect(error.message).toBe('[app/vault] 0 is not a port; use a whole number from 1 to 65535');
  });
});

test('FindingsError carries every finding, one to a line', () => {
  const findings = [finding('error'), finding('warning', { file: 'a.yaml' })];
  const error = new FindingsError(findings);
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'FindingsError', findings });
  expect(error.message.split('\n')).toEqual(findings.map(formatFinding));
});

describe('printable', () => {
  test.each([
    ['plain text', 'plain text'],
    ['Bücher 日本 😀', 'Bücher 日本 😀'],
    ['a\nb\tc', 'a\\u{a}b\\u{9}c'],
    ['a\u0000b', 'a\\u{0}b'],
    ['\u001b[31mred', '\\u{1b}[31mred'],
    ['pay\u200dpal', 'pay\\u{200d}pal'],
    ['\u202eabc', '\\u{202e}abc'],
    ['a\u00a0b', 'a\\u{a0}b'],
    ['a\u3164b', 'a\\u{3164}b'],
    ['a\ud800b', 'a\\u{d800}b'],
    ['\u{e0041}', '\\u{e0041}'],
  ])('%j is shown as %j', (text, shown) => expect(printable(text)).toBe(shown));

  test('leaves nothing that a terminal obeys or a reader cannot see, and touches no ASCII text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\u00a0\u115f]|\u034f/u);
        expect(printable(printable(text))).toBe(printable(text));
      }),
    );
    fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => printable(text) === text));
  });
});

describe('quoted', () => {
  test('puts a value in quotes', () => {
    expect(quoted('a b')).toBe("'a b'");
    expect(quoted('a\nb')).toBe("'a\\u{a}b'");
    expect(quoted('a'.repeat(253))).toBe(`'${'a'.repeat(253)}'`);
  });

  test('cuts one that nobody would read', () => {
    expect(quoted('a'.repeat(10_000))).toMatch(/^'a{300}…'$/);
  });
});
