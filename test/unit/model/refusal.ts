import { expect } from 'vitest';
import { InvalidValueError, type Problem } from '../../../lib/finding';

/** A value that has to be refused, with what the message says is wrong and what the fix says to do. */
export type Refused<Value = string> = readonly [value: Value, message: RegExp, fix: RegExp];

/** Holds a problem against what its reader needs: what is wrong, what to do, and nothing that a terminal would obey. */
export function expectProblem(problem: Problem | undefined, message: RegExp, fix: RegExp): void {
  expect(problem, 'nothing was refused').toBeDefined();
  expect(problem?.message).toMatch(message);
  expect(problem?.fix).toMatch(fix);
  expectReadable(problem as Problem);
}

export function expectReadable(problem: Problem): void {
  for (const text of [problem.message, problem.fix]) {
    expect(text).toMatch(/^[^\p{Cc}\p{Cf}]+$/u);
    expect(text.trim()).toBe(text);
    expect(text).not.toMatch(/undefined|\.$/);
  }
}

/** The problem that a factory throws. */
export function problemOf(make: () => unknown): Problem | undefined {
  try {
    make();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidValueError);
    return (error as InvalidValueError).problem;
  }
  return undefined;
}
