/** One question that the orchestrator asks, and the rules that answer it. */
export interface Decision {
  /** Name of the question in the orchestrator's configuration. */
  readonly name: string;
  /** The question for people. */
  readonly question: string;
  /** Last part of the Rego package, file names and address. */
  readonly package: string;
  /** JSON Schema of the question's input. */
  readonly input: JsonSchema;
  /** The rules. Constant: no name of anybody's program stands in them. */
  readonly rego: string;
}

export type JsonSchema = Readonly<Record<string, unknown>>;

const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** A schema of a map that has exactly these keys. */
export function closed(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** A schema of a file of its own. */
export function document(title: string, schema: JsonSchema): JsonSchema {
  return { $schema: DRAFT, title, ...schema };
}

export const TEXT: JsonSchema = { type: 'string' };
export const TEXTS: JsonSchema = { type: 'array', items: TEXT };
