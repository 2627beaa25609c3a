import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach } from 'vitest';
import { LOG } from './log';

/** What one test adds to a row of docs/conformance.md. */
export interface LoggedCases {
  /** Name in tools/tools.json. */
  readonly tool: string;
  /** What the tool was asked, in words that go on: `prints exactly the objects of every folder`. */
  readonly checked: string;
  readonly cases: number;
  /** Cases in which the tool and Portcullis do not agree. */
  readonly disagreements: number;
  /** Cases in which they differ for a reason that has a name. */
  readonly exceptions: Readonly<Record<string, number>>;
}

/** Counts within a test; without a word about it, a test is one case. */
export interface Row {
  /** Adds cases that the running test went through. */
  cases(count: number): void;
  /** Adds cases in which the tool differs, for a reason that has a name. */
  exception(name: string, count: number): void;
}

/** Tests that an inner block has counted already. */
const counted = new WeakSet<object>();

/**
 * A row of docs/conformance.md: call it in the block of tests that it is about. A test that fails is a disagreement. A row
 * of an inner block takes that block's tests out of this one.
 */
export function row(tool: string, checked: string): Row {
  let cases: number | undefined;
  let exceptions: Record<string, number> = {};
  afterEach(({ task }) => {
    if (counted.has(task)) return;
    counted.add(task);
    const failed = task.result?.state === 'fail';
    const line: LoggedCases = { tool, checked, cases: cases ?? 1, disagreements: failed ? 1 : 0, exceptions };
    cases = undefined;
    exceptions = {};
    mkdirSync(path.dirname(LOG), { recursive: true });
    // Suites run at the same time; a short line is appended in one piece.
    appendFileSync(LOG, `${JSON.stringify(line)}\n`);
  });
  return {
    cases: (count) => {
      cases = (cases ?? 0) + count;
    },
    exception: (name, count) => {
      exceptions[name] = (exceptions[name] ?? 0) + count;
    },
  };
}
