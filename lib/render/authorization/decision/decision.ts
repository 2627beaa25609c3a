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

export interface DecisionProps extends Omit<Decision, 'rego'> {
  /** The question in short, as OPA's tools show it. */
  readonly title: string;
  /**
   * Codes that allow.
   * @default granted
   */
  readonly allowing?: readonly string[];
  /**
   * Schema of what `grant` is.
   * @default grant
   */
  readonly grant?: 'grant' | 'grant_with_capabilities';
  /** Rego for `code`, `agent`, `grant` and `reason`. */
  readonly rules: string;
}

/**
 * A decision with what all have alike: the answer with its code, its reason and the version, and everything denied that
 * no rule allows.
 */
export function decision({ title, allowing = ['granted'], grant = 'grant', rules, ...said }: DecisionProps): Decision {
  const codes = allowing.map((code) => `"${code}"`);
  const allow = codes.length === 1 ? `code == ${codes[0]}` : `code in {${codes.join(', ')}}`;
  const rego = `# METADATA
# title: ${title}
# description: ${said.question}
# scope: package
# schemas:
#   - input: schema.input.${said.package}
#   - data.portcullis.facts: schema.facts
#   - data.portcullis.policy: schema.policy
#   - data.portcullis.${said.package}.agent: schema.agent
#   - data.portcullis.${said.package}.grant: schema.${grant}
package portcullis.${said.package}

import data.portcullis.facts
import data.portcullis.policy

decision := {
	"allow": allow,
	"code": code,
	"reason": reason,
	"policyVersion": policy.version,
}

default allow := false

allow if ${allow}

default code := "malformed-input"

${rules}`;
  return { ...said, rego };
}
