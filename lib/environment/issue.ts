import type * as v from 'valibot';
import type { Finding } from '../finding';
import { decodeProblem } from './check';
import { unknownKeys } from './unknown-key';
import type { YamlFile } from './yaml-file';

type Issue = v.BaseIssue<unknown>;
type Path = readonly (string | number)[];

interface Described {
  readonly rule: string;
  readonly message: string;
  readonly fix: string;
  readonly path: Path;
}

/** Everything in a file that does not fit its schema, as findings with line, column and a way out. */
export function schemaFindings(
  file: string,
  yaml: YamlFile,
  schema: v.GenericSchema,
  issues: readonly Issue[],
): readonly Finding[] {
  const unknown = unknownKeys(schema, yaml.value).map(({ path, message, fix }): Finding => {
    return { rule: 'unknown-key', severity: 'error', where: { file, ...yaml.locate(path, 'key') }, message, fix };
  });
  const others = issues
    .flatMap((issue) => describe(issue, []))
    .map(({ path, ...rest }): Finding => ({ ...rest, severity: 'error', where: { file, ...yaml.locate(path) } }));
  return [...unknown, ...others];
}

function describe(issue: Issue, base: Path): readonly Described[] {
  const path = [...base, ...(issue.path ?? []).map((item) => item.key as string | number)];
  const problem = decodeProblem(issue.message);
  if (problem !== undefined) return [{ ...problem, path }];
  if (issue.path?.at(-1)?.origin === 'key') {
    if (issue.expected === 'never') return []; // unknownKeys() says it better
    const key = String(path.at(-1));
    const fix = `add '${key}'`;
    return [{ rule: 'missing-key', message: `the key '${key}' is missing`, fix, path: path.slice(0, -1) }];
  }
  if (issue.type === 'union') {
    // What is wrong inside one of the alternatives says more than that none of them fits.
    const inside = (issue.issues ?? []).filter((sub) => sub.path !== undefined || decodeProblem(sub.message));
    if (inside.length > 0) return inside.flatMap((sub) => describe(sub, path));
  }
  return [unfitting(issue, path)];
}

function unfitting(issue: Issue, path: Path): Described {
  const name = path.length === 0 ? 'the file' : `'${path.join('.')}'`;
  const expected = (issue.expected ?? 'something else').replaceAll('"', "'").replaceAll(/[()]/g, '');
  return {
    rule: 'invalid-value',
    message: `${name} is ${issue.received.replaceAll('"', "'")}`,
    fix: `write ${expected.replaceAll(' | ', ' or ').replace('Array', 'a list').replace('Object', 'a map')}`,
    path,
  };
}
