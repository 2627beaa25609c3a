import * as v from 'valibot';
import type { Problem } from '../finding';

/** A problem with the id of its rule, as it travels through valibot, which knows messages only. */
interface RuleProblem extends Problem {
  readonly rule: string;
}

/**
 * Adds a check by a function of the model to a schema, so that the file's door and the constructs' door refuse the
 * same things in the same words.
 * @param at.rule id of the rule, `invalid-value` by default
 * @param at.key key of an object that the problem belongs to
 */
export function checked<Schema extends v.GenericSchema>(
  schema: Schema,
  problem: (value: v.InferOutput<Schema>) => Problem | undefined,
  at: { readonly rule?: string; readonly key?: string } = {},
): Schema {
  const check = v.rawCheck<v.InferOutput<Schema>>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const found = problem(dataset.value);
    if (found === undefined) return;
    const path = at.key === undefined ? {} : { path: [pathItem(dataset.value, at.key)] as [v.IssuePathItem] };
    addIssue({
      message: encode({ rule: at.rule ?? 'invalid-value', message: found.message, fix: found.fix }),
      ...path,
    });
  });
  return v.pipe(schema, check as never) as unknown as Schema;
}

/** Adds what editors show for a key. */
export function described<Schema extends v.GenericSchema>(schema: Schema, text: string): Schema {
  return v.pipe(schema, v.description(text)) as unknown as Schema;
}

function pathItem(input: unknown, key: string): v.IssuePathItem {
  const object = input as Record<string, unknown>;
  return { type: 'object', origin: 'value', input: object, key, value: object[key] };
}

const MARK = 'portcullis:';

function encode(problem: RuleProblem): string {
  return MARK + JSON.stringify(problem);
}

/** The problem that a check reported, if the message is one of ours. */
export function decodeProblem(message: string): RuleProblem | undefined {
  return message.startsWith(MARK) ? (JSON.parse(message.slice(MARK.length)) as RuleProblem) : undefined;
}
