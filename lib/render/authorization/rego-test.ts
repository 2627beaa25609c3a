import type { Authorization } from '../../model/authorization/authorization';
import type { TextFile } from './bundle';
import type { Decision } from './decision/decision';
import { DECISIONS, decisionPath } from './decision/decisions';
import { DELEGATION_APPROVAL } from './decision/delegation';
import { regoTerm } from './rego-term';
import { type TestCase, testCases } from './test-case';

/**
 * Tests for `opa test <bundle> <tests>`. They are written from what the program says and not from the facts in the
 * bundle, so that a fact that went missing shows.
 */
export function testFiles(authorization: Authorization): readonly TextFile[] {
  return [
    ...DECISIONS.map((decision) => ({
      path: `${decision.package}_test.rego`,
      text: testModule(decision, testCases(decision, authorization)),
    })),
    { path: 'http_api_test.rego', text: HTTP_API_TEST },
  ];
}

function testModule({ package: name }: Decision, cases: readonly TestCase[]): string {
  const test = ({ input, allow, code }: TestCase, index: number) =>
    `test_${index + 1}_${code.replaceAll('-', '_')} if answers(${regoTerm(input)}, ${allow}, ${regoTerm(code)})\n`;
  const further = name === DELEGATION_APPROVAL.package ? NOT_HELD_TEST : '';
  return `package portcullis.${name}_test

import data.portcullis.${name}

answers(question, allow, code) if {
	answer := ${name}.decision with input as question
	answer.allow == allow
	answer.code == code
	answer.reason != ""
	answer.policyVersion == data.portcullis.policy.version
}

test_without_input if {
	${name}.decision.code == "malformed-input"
	not ${name}.decision.allow
}

${withoutFacts(name, cases)}${further}${cases.map(test).join('\n')}`;
}

/** Whatever is granted is denied where the facts are gone. */
function withoutFacts(name: string, cases: readonly TestCase[]): string {
  const granted = cases.filter(({ allow }) => allow).map(({ input }) => `\t\t${regoTerm(input)},\n`);
  if (granted.length === 0) return '';
  return `test_without_facts if {
	every question in [
${[...new Set(granted)].join('')}	] {
		answer := ${name}.decision with input as question with data.portcullis.facts as {}
		answer.allow == false
		answer.code == "unknown-agent"
	}
}

`;
}

/** What a program cannot say, since it is refused there: a grant of more than the agent holds. */
const NOT_HELD_TEST = `test_granted_and_not_held if {
	facts := {"part-1": {"an/agent": {
		"capabilities": ["area:held"],
		"delegations": {"somebody": {"capabilities": ["area:held", "area:not-held"], "purpose": "test"}},
	}}}
	held := {"agent": "an/agent", "to": "somebody", "capabilities": ["area:held"]}
	delegation_approval.decision.allow with input as held with data.portcullis.facts as facts
	more := {"agent": "an/agent", "to": "somebody", "capabilities": ["area:held", "area:not-held"]}
	not delegation_approval.decision.allow with input as more with data.portcullis.facts as facts
}

`;

const QUESTIONS = DECISIONS.map((decision) => regoTerm(decisionPath(decision).slice(1).split('/')));

const HTTP_API_TEST = `package system.authz_test

import data.system.authz

asks(method, path, params) if {
	authz.allow with input as {"method": method, "path": path, "params": params}
}

test_questions if {
	every path in [
${QUESTIONS.map((path) => `\t\t${path},\n`).join('')}	] {
		asks("POST", path, {})
		not asks("GET", path, {})
		not asks("PUT", path, {})
		not asks("POST", path, {"explain": ["full"]})
		not asks("POST", array.concat(path, ["allow"]), {})
	}
}

test_health if {
	asks("GET", ["health"], {"plugins": [""]})
	asks("GET", ["metrics"], {})
	not asks("POST", ["health"], {})
}

test_everything_else if {
	every method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
		every path in [
			[],
			[""],
			["v0", "data"],
			["v1", "data"],
			["v1", "data", "portcullis"],
			["v1", "data", "portcullis", "facts"],
			["v1", "data", "portcullis", "facts", "decision"],
			["v1", "data", "system", "authz", "decision"],
			["v1", "policies", "x"],
			["v1", "query"],
			["v1", "compile"],
			["v1", "config"],
			["v1", "status"],
		] {
			not asks(method, path, {})
		}
	}
}
`;
