import { isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import type { Finding, FindingsError, InvalidValueError, Where } from '../finding';

/** Folder of this library; frames in it are not where a user's mistake stands. */
const LIBRARY = `${__dirname.split(sep).slice(0, -1).join(sep)}${sep}`;

/**
 * What a program threw, as findings: at the construct or at the line of the program that made the value. The errors
 * are known by name, since the program may have brought its own copy of this library.
 * @param rule id of the rule for an error that is not one of ours
 * @param fallback place to name if the error does not tell
 */
export function thrownFindings(error: unknown, rule: string, fallback: Where): readonly Finding[] {
  if (isNamed<FindingsError>(error, 'FindingsError')) return error.findings;
  const severity = 'error';
  if (isNamed<InvalidValueError>(error, 'InvalidValueError')) {
    const where = error.construct === undefined ? placeOf(error) : { construct: error.construct };
    return [{ rule: 'invalid-value', severity, where: where ?? fallback, ...error.problem }];
  }
  const where = error instanceof Error ? placeOf(error) : undefined;
  const fix = where === undefined ? 'correct the program' : 'correct the program at this line';
  return [{ rule, severity, where: where ?? fallback, message: `the program threw ${describeError(error)}`, fix }];
}

/** An error in one line, without its stack. */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : inspect(error, { depth: 0 });
  return text.split('\n', 1)[0] ?? '';
}

function isNamed<E extends Error>(error: unknown, name: E['name']): error is E {
  return error instanceof Error && error.name === name;
}

/** A path as people write it: relative to where they are, unless that leads up and away. */
function shortest(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}

/** The line that an error stands at: the innermost one that is neither this library's nor a package's nor Node's. */
export function placeOf(error: Error): Where | undefined {
  const [head = '', ...frames] = error.stack?.split('\n') ?? [];
  // A syntax error has its place in front of the message, and no frame for it.
  const places = [...(error instanceof SyntaxError ? [head] : []), ...frames.map(placeOfFrame)];
  for (const place of places) {
    const [, path = '', line, column] = /^(.+?):(\d+)(?::(\d+))?$/.exec(place) ?? [];
    const file = path.startsWith('file:') ? fileURLToPath(path) : path;
    if (!isAbsolute(file) || file.startsWith(LIBRARY) || file.includes(`${sep}node_modules${sep}`)) continue;
    return { file: shortest(file), line: Number(line), ...(column ? { column: Number(column) } : {}) };
  }
  return undefined;
}

/** `/a/b.js:1:2` of `    at build (/a/b.js:1:2)`. */
function placeOfFrame(frame: string): string {
  const [, inFunction, outside = ''] = /^\s+at (?:async )?(?:[^(]*\((.+)\)|(.+))$/.exec(frame) ?? [];
  return inFunction ?? outside;
}
