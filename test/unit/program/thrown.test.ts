import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Finding, FindingsError, InvalidValueError, type Where } from '../../../lib/finding';
import { describeError, placeOf, thrownFindings } from '../../../lib/program/thrown';

const FALLBACK: Where = { file: 'program.js' };

/** An error with a stack of its own. */
function withStack<E extends Error>(error: E, ...frames: readonly string[]): E {
  error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n');
  return error;
}

function at(file: string, line = 3, column = 7): string {
  return `    at build (${resolve(file)}:${line}:${column})`;
}

describe('the place of an error', () => {
  const place = { file: 'apps/program.js', line: 3, column: 7 };

  test.each([
    ['in a function', at('apps/program.js')],
    ['outside any function', `    at ${resolve('apps/program.js')}:3:7`],
    ['in a method of an object', `    at Object.build [as run] (${resolve('apps/program.js')}:3:7)`],
    ['in an ES module', `    at file://${resolve('apps/program.js')}:3:7`],
    ['in an asynchronous ES module', `    at async file://${resolve('apps/program.js')}:3:7`],
    ['in a constructor', `    at new Stack (file://${resolve('apps/program.js')}:3:7)`],
  ])('%s', (_, frame) => {
    expect(placeOf(withStack(new Error('x'), frame))).toEqual(place);
  });

  test.each([
    ['as it is', (file: string) => file],
    ['in a file URL', (file: string) => `file://${file.replaceAll(' ', '%20')}`],
  ])('in a folder with blanks, %s', (_, write) => {
    const frame = `    at build (${write(resolve('my apps/a program.js'))}:3:7)`;
    expect(placeOf(withStack(new Error('x'), frame))).toEqual({ ...place, file: 'my apps/a program.js' });
  });

  test.each([
    ['in a function', '    at build (', ')'],
    ['outside any function', '    at ', ''],
  ])('in a folder with brackets, %s', (_, before, after) => {
    const frame = `${before}${resolve('my (own) apps/program.js')}:3:7${after}`;
    expect(placeOf(withStack(new Error('x'), frame))).toEqual({ ...place, file: 'my (own) apps/program.js' });
  });

  test('is the innermost line that is not of this library, of a package or of Node', () => {
    const frames = [
      at('lib/model/port.ts'),
      at('node_modules/cdk8s/lib/app.js'),
      '    at node:internal/modules/cjs/loader:1554:14',
      '    at Array.map (<anonymous>)',
      '    at eval (eval at run (/elsewhere/eval.js:1:1), <anonymous>:1:1)',
      at('apps/program.js'),
      at('apps/other.js'),
    ];
    expect(placeOf(withStack(new Error('x'), ...frames))).toEqual(place);
  });

  test('is unknown if all of it is ours or Node', () => {
    expect(
      placeOf(withStack(new Error('x'), at('lib/model/port.ts'), '    at node:internal/main:1:1')),
    ).toBeUndefined();
    const bare = new Error('x');
    delete (bare as { stack?: string }).stack;
    expect(placeOf(bare)).toBeUndefined();
  });

  test('of a syntax error stands in front of it', () => {
    const error = new SyntaxError('Unexpected token');
    error.stack = `${resolve('apps/program.js')}:3\nconst a = ;\n          ^\n\nSyntaxError: Unexpected token`;
    expect(placeOf(error)).toEqual({ file: 'apps/program.js', line: 3 });
  });

  test('outside the working directory is a whole path', () => {
    expect(placeOf(withStack(new Error('x'), '    at build (/elsewhere/program.js:3:7)'))).toMatchObject({
      file: '/elsewhere/program.js',
    });
  });

  test('is not taken from the message', () => {
    const error = withStack(new Error('see /elsewhere/other.js:9:9'), at('apps/program.js'));
    expect(placeOf(error)).toEqual(place);
  });
});

describe('what was thrown', () => {
  const problem = { message: '0 is not a port', fix: 'use another' };

  test('an invalid value of a construct is found at the construct', () => {
    const error = withStack(new InvalidValueError(problem, 'platform/vault'), at('apps/program.js'));
    expect(thrownFindings(error, 'program-error', FALLBACK)).toEqual([
      { rule: 'invalid-value', severity: 'error', where: { construct: 'platform/vault' }, ...problem },
    ]);
  });

  test('an invalid value outside any construct is found at its line', () => {
    const error = withStack(new InvalidValueError(problem), at('lib/model/port.ts'), at('apps/program.js'));
    expect(thrownFindings(error, 'program-error', FALLBACK)).toEqual([
      { rule: 'invalid-value', severity: 'error', where: { file: 'apps/program.js', line: 3, column: 7 }, ...problem },
    ]);
  });

  test('or at the fallback', () => {
    expect(thrownFindings(withStack(new InvalidValueError(problem)), 'program-error', FALLBACK)).toMatchObject([
      { rule: 'invalid-value', where: FALLBACK },
    ]);
  });

  test('an error of another copy of this library is known by its name', () => {
    const error = withStack(new Error('0 is not a port; use another'), at('apps/program.js'));
    Object.assign(error, { name: 'InvalidValueError', problem });
    expect(thrownFindings(error, 'program-error', FALLBACK)).toMatchObject([{ rule: 'invalid-value', ...problem }]);
  });

  test('findings are themselves', () => {
    const findings: Finding[] = [{ rule: 'a', severity: 'error', where: FALLBACK, message: 'b', fix: 'c' }];
    expect(thrownFindings(new FindingsError(findings), 'program-error', FALLBACK)).toEqual(findings);
  });

  test('any other error is a finding with the given rule', () => {
    const error = withStack(new TypeError('a.b is not a function\nsecond line'), at('apps/program.js'));
    expect(thrownFindings(error, 'program-error', FALLBACK)).toEqual([
      {
        rule: 'program-error',
        severity: 'error',
        where: { file: 'apps/program.js', line: 3, column: 7 },
        message: 'the program threw TypeError: a.b is not a function',
        fix: 'correct the program at this line',
      },
    ]);
  });

  test.each([
    ['oops', "'oops'"],
    [undefined, 'undefined'],
    [null, 'null'],
    [Object.create(null), '[Object: null prototype] {}'],
  ])('even %o', (thrown, text) => {
    expect(thrownFindings(thrown, 'program-error', FALLBACK)).toEqual([
      {
        rule: 'program-error',
        severity: 'error',
        where: FALLBACK,
        message: `the program threw ${text}`,
        fix: 'correct the program',
      },
    ]);
  });
});

test('an error in one line', () => {
  expect(describeError(new RangeError('a\nb'))).toBe('RangeError: a');
});
