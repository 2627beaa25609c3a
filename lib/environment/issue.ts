import type * as v from 'valibot';
import { type Finding, quoted } from '../finding';
import { decodeProblem } from './check';
import { didYouMean } from './did-you-mean';
import { type StructureProblem, structureProblems } from './structure';
import type { YamlFile } from './yaml-file';

type Issue = v.BaseIssue<unknown>;
type Path = readonly (string | number)[];

interface Described {
  readonly rule: string;
  readonly message: string;
  readonly fix: string;
  readonly path: Path;
  /** What stands wrong at the path; the value by default. */
  readonly part?: 'key';
}

/** Everything in a file that does not fit its schema, as findings with line, column and a way out. */
export function schemaFindings(
  file: string,
  yaml: YamlFile,
  schema: v.GenericSchema,
  issues: readonly Issue[],
): readonly Finding[] {
  const structure = structureProblems(schema, yaml.value);
  const others = issues.flatMap((issue) => describe(issue, []));
  return [...structure, ...withoutEchoes(others, structure)].map(({ rule, message, fix, path, part }): Finding => {
    return { rule, severity: 'error', where: { file, ...yaml.locate(path, part) }, message, fix };
  });
}

/** Leaves out what follows from a problem of the structure: a key that is missing since it is mistyped, and so on. */
function withoutEchoes(others: readonly Described[], structure: readonly StructureProblem[]): readonly Described[] {
  const mistyped = new Set<string>();
  const lists = new Set<string>();
  for (const { rule, path, meant } of structure) {
    if (rule === 'invalid-value') lists.add(JSON.stringify(path));
    else if (meant !== undefined) mistyped.add(JSON.stringify([...path.slice(0, -1), meant]));
  }
  return others.filter(({ rule, path }) => {
    if (rule === 'missing-key' && mistyped.has(JSON.stringify(path))) return false;
    return lists.size === 0 || ![...path, ''].some((_, end) => lists.has(JSON.stringify(path.slice(0, end))));
  });
}

function describe(issue: Issue, base: Path): readonly Described[] {
  const path = [...base, ...(issue.path ?? []).map((item) => item.key as string | number)];
  const problem = decodeProblem(issue.message);
  const isKey = issue.path?.at(-1)?.origin === 'key';
  if (problem !== undefined) return [{ ...problem, path, ...(isKey ? { part: 'key' } : {}) }];
  if (isKey) {
    return issue.expected === 'never' ? [] : [missing(path, '')]; // structureProblems() knows more of unknown keys
  }
  if (issue.type === 'union') {
    // What is wrong inside one of the alternatives says more than that none of them fits.
    const inside = (issue.issues ?? []).filter((sub) => sub.path !== undefined || decodeProblem(sub.message));
    if (inside.length > 0) return inside.flatMap((sub) => describe(sub, path));
  }
  const expected = expectedOf(issue);
  return [issue.input === undefined ? missing(path, `: ${inWords(expected)}`) : unfitting(issue.input, expected, path)];
}

function missing(path: Path, value: string): Described {
  const key = String(path.at(-1));
  const place = path.length === 1 ? '' : ` in ${quoted(path.slice(0, -1).join('.'))}`;
  return { rule: 'missing-key', message: `the key '${key}' is missing${place}`, fix: `add '${key}'${value}`, path };
}

/** What a valibot issue would have taken: `"none"` and names of types, from `("none" | Array)`. */
function expectedOf({ expected }: Issue): readonly string[] {
  return (expected ?? '').replaceAll(/[()]/g, '').split(' | ');
}

function unfitting(input: unknown, expected: readonly string[], path: Path): Described {
  const name = path.length === 0 ? 'the file' : quoted(path.join('.'));
  const literals = expected.filter((one) => one.startsWith('"')).map((one) => one.slice(1, -1));
  const hint = typeof input === 'string' ? didYouMean(input, literals) : '';
  return {
    rule: 'invalid-value',
    message: path.length === 0 && input === null ? 'the file is empty' : `${name} ${received(input)}${hint}`,
    fix: path.length === 0 ? "write settings as 'key: value'" : `write ${inWords(expected)}${quoting(input, expected)}`,
    path,
  };
}

function received(input: unknown): string {
  if (input === null) return 'has no value';
  if (Array.isArray(input)) return 'is a list';
  if (typeof input === 'object') return 'is a map';
  return `is ${typeof input === 'string' ? quoted(input) : input}`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  Array: 'a list',
  Object: 'a map',
};

function inWords(expected: readonly string[]): string {
  const words = expected.map((one) => (one.startsWith('"') ? `'${one.slice(1, -1)}'` : (TYPES[one] ?? one)));
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** Quotes are what tells a text from a number, and the commonest slip: `version: 1.20` is the number 1.2. */
function quoting(input: unknown, expected: readonly string[]): string {
  const wantsText = expected.some((one) => one === 'string' || /^"[\d.]+"$/.test(one));
  if (typeof input === 'number' || typeof input === 'boolean') return wantsText ? ', in quotes' : '';
  const isNumeric = typeof input === 'string' && input.trim() !== '' && !Number.isNaN(Number(input));
  return isNumeric && expected.includes('number') ? ', without quotes' : '';
}
