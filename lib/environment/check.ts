import * as v from 'valibot';
import type { Problem } from '../finding';

/** A problem with the id of its rule, as it travels through valibot, which knows messages only. */
interface RuleProblem extends Problem {
  readonly rule: string;
}

/** A problem of one part of a map. */
export interface PartProblem extends Problem {
  /** The part that it belongs to. */
  readonly at: readonly (string | number)[];
}

/**
 * Adds a check by a function of the model to a schema, so that the file's door and the constructs' door refuse the
 * same things in the same words.
 * @param rule id of the rule that is broken
 * @param editors what of it editors are told; never more than the check refuses
 */
export function checked<Schema extends v.GenericSchema>(
  schema: Schema,
  problem: (value: v.InferOutput<Schema>) => Problem | undefined,
  rule = 'invalid-value',
  editors?: InEditors,
): Schema {
  const check = v.rawCheck<v.InferOutput<Schema>>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const found = problem(dataset.value);
    if (found !== undefined) addIssue({ message: encode(rule, found) });
  });
  return piped(schema, editors === undefined ? check : { ...check, editors });
}

/**
 * Adds a check of several keys of a map together. It runs whatever is wrong with the other keys, so that everything
 * comes out at once.
 * @param keys keys that the check looks at; it waits until their values have the right types
 */
export function checkedKeys<Schema extends v.GenericSchema>(
  schema: Schema,
  keys: readonly (keyof v.InferOutput<Schema> & string)[],
  problems: (value: v.InferOutput<Schema>) => readonly PartProblem[],
): Schema {
  const check = v.rawCheck<v.InferOutput<Schema>>(({ dataset, addIssue }) => {
    if (typeof dataset.value !== 'object' || dataset.value === null) return;
    if (dataset.issues?.some((issue) => keys.includes(String(issue.path?.[0].key) as never))) return;
    for (const { at, ...problem } of problems(dataset.value)) {
      const path = at.length === 0 ? {} : { path: pathItems(dataset.value, at) };
      addIssue({ message: encode('invalid-value', problem), ...path });
    }
  });
  return piped(schema, check);
}

/**
 * What the published JSON Schema can say of a check, so that editors underline what loading refuses. A check is a
 * function, which has no form there.
 */
export type InEditors = Readonly<
  Partial<Record<'minimum' | 'maximum' | 'minItems' | 'minLength' | 'maxLength' | 'minProperties', number>> & {
    pattern?: string;
    type?: 'integer';
  }
>;

/** The words for editors of a step of a schema, if it is a check that has some. */
export function inEditors(step: unknown): InEditors | undefined {
  return (step as { readonly editors?: InEditors }).editors;
}

/** Adds what editors show for a key. */
export function described<Schema extends v.GenericSchema>(schema: Schema, text: string): Schema {
  return piped(schema, v.description(text));
}

/** valibot types a pipe as a new kind of schema; for what we ask of it, it is the schema still. */
function piped<Schema extends v.GenericSchema>(schema: Schema, action: unknown): Schema {
  return v.pipe(schema, action as never) as unknown as Schema;
}

function pathItems(input: unknown, path: readonly (string | number)[]): [v.IssuePathItem, ...v.IssuePathItem[]] {
  const items = path.map(
    (key): v.IssuePathItem => ({ type: 'unknown', origin: 'value', input, key, value: undefined }),
  );
  return items as [v.IssuePathItem, ...v.IssuePathItem[]];
}

const MARK = 'portcullis:';

function encode(rule: string, { message, fix }: Problem): string {
  return MARK + JSON.stringify({ rule, message, fix });
}

/** The problem that a check reported, if the message is one of ours. */
export function decodeProblem(message: string): RuleProblem | undefined {
  return message.startsWith(MARK) ? (JSON.parse(message.slice(MARK.length)) as RuleProblem) : undefined;
}
