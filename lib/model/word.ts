import { type Problem, quoted } from '../finding';

/**
 * What keeps a value from being one of a few words. TypeScript says so first; programs in JavaScript and settings that
 * somebody casts get here.
 * @param what what the value is, at the start of the message (`stage`)
 */
export function wordProblem(what: string, value: string, words: readonly string[]): Problem | undefined {
  if (words.includes(value)) return undefined;
  return { message: `${what} ${quoted(String(value))} is unknown`, fix: `use one of ${words.join(', ')}` };
}
