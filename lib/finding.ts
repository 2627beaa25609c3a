/**
 * One thing that is wrong, in the one shape that every room shares: loading, rendering, synthesis and analysis all
 * report findings, the command line prints them, and nothing is written while one of them is an error.
 */
export interface Finding {
  /** Stable id of the rule that was broken, in kebab case (`duplicate-object`). */
  readonly rule: string;
  /** `error` stops the run before anything is written; `warning` and `info` are printed. */
  readonly severity: Severity;
  readonly where: Where;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
}

export type Severity = 'error' | 'warning' | 'info';

/**
 * A place that its reader can open: a construct path of the program, with the settings file that it was built from if
 * there is one, or a file with line and column (from 1).
 */
export type Where =
  | { readonly construct: string; readonly file?: string }
  | { readonly file: string; readonly line?: number; readonly column?: number };

/** What is wrong with a value, before anyone knows where the value stands. */
export interface Problem {
  readonly message: string;
  readonly fix: string;
}

/** A programmer's error: thrown at once by a value or a construct that cannot exist. */
export class InvalidValueError extends Error {
  override readonly name = 'InvalidValueError';

  /**
   * @param problem what is wrong
   * @param construct path of the construct at which it was noticed, where there is one
   */
  constructor(
    readonly problem: Problem,
    readonly construct?: string,
  ) {
    super(`${construct === undefined ? '' : `[${construct}] `}${problem.message}; ${problem.fix}`);
  }
}

/** Carries every finding of a run that could not go on. */
export class FindingsError extends Error {
  override readonly name = 'FindingsError';

  constructor(readonly findings: readonly Finding[]) {
    super(findings.map(formatFinding).join('\n'));
  }
}

/** ASCII that can be seen, and blanks. */
const VISIBLE = /^[ -~]*$/;
const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}]|(?! )\p{Z}/gu;
/** Longer than any value that is allowed, short enough to read. */
const LONGEST_QUOTE = 300;

/**
 * Text that a terminal, a log or a review shows as it is: control characters, zero-width and bidirectional ones and
 * blanks other than the space are written as `\u{200d}`. Values come from settings that anybody may propose, and must
 * not rewrite the message that refuses them.
 * @see https://trojansource.codes
 */
export function printable(text: string): string {
  if (VISIBLE.test(text)) return text;
  return text.replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** A value of a settings file in quotes, for messages: printable, and cut where it is absurdly long. */
export function quoted(text: string): string {
  return text.length > LONGEST_QUOTE ? `'${printable(text.slice(0, LONGEST_QUOTE))}…'` : `'${printable(text)}'`;
}

/** `file:line:column` or the construct path, as editors and terminals understand it. */
export function formatWhere(where: Where): string {
  if ('construct' in where) {
    const construct = where.construct === '' ? '(app)' : where.construct;
    return where.file === undefined ? construct : `${where.file}: ${construct}`;
  }
  return [where.file, where.line, where.line === undefined ? undefined : where.column]
    .filter((part) => part !== undefined)
    .join(':');
}

/** One line for people: place, severity, what is wrong, what to do, and the rule's id. */
export function formatFinding(finding: Finding): string {
  const { where, severity, message, fix, rule } = finding;
  return printable(`${formatWhere(where)}: ${severity}: ${message}; ${fix} (${rule})`);
}

/** True if one of the findings forbids going on. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}
