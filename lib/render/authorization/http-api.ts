import { DECISIONS } from './decision/decisions';

/**
 * What OPA's own API lets callers do: ask one of the questions, and look at its health. Whoever reaches the port could
 * otherwise read every fact, replace policies and data, and run queries of his own.
 *
 * Questions come without parameters: `explain=full` would tell the facts that the answer rests on.
 * @see docs/docs/security.md of OPA 1.20.2 (Authentication and Authorization, `--authorization=basic`)
 */
export const HTTP_API_REGO = `# METADATA
# title: HTTP API
# description: What may be asked of this OPA.
# scope: package
package system.authz

default allow := false

allow if {
	input.method == "POST"
	count(input.params) == 0
	some decision in decisions
	input.path == ["v1", "data", "portcullis", decision, "decision"]
}

allow if {
	input.method == "GET"
	input.path in [["health"], ["metrics"]]
}

decisions := {
${DECISIONS.map((decision) => `\t"${decision.package}",\n`).join('')}}
`;
