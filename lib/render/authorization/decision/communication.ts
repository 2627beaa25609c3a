import { closed, type Decision, document, TEXT } from './decision';

export const COMMUNICATION_SCOPE: Decision = {
  name: 'communicationScope',
  question: 'May this agent send messages to that one?',
  package: 'communication_scope',
  input: document('Input of communication scope', closed({ agent: TEXT, to: TEXT })),
  rego: `# METADATA
# title: Communication scope
# description: May this agent send messages to that one?
# scope: package
# schemas:
#   - input: schema.input.communication_scope
#   - data.portcullis.facts: schema.facts
#   - data.portcullis.policy: schema.policy
#   - data.portcullis.communication_scope.agent: schema.agent
#   - data.portcullis.communication_scope.grant: schema.grant
package portcullis.communication_scope

import data.portcullis.facts
import data.portcullis.policy

decision := {
	"allow": allow,
	"code": code,
	"reason": reason,
	"policyVersion": policy.version,
}

default allow := false

allow if code == "granted"

default code := "malformed-input"

code := "granted" if {
	well_formed
	grant
	recipient
} else := "recipient-not-granted" if {
	well_formed
	agent
	recipient
} else := "unknown-recipient" if {
	well_formed
	agent
} else := "unknown-agent" if {
	well_formed
}

well_formed if {
	object.keys(input) == {"agent", "to"}
	is_string(input.agent)
	is_string(input.to)
}

agent := facts[_][input.agent]

recipient := facts[_][input.to]

grant := agent.messages[input.to]

reason := grant.purpose if allow

reason := refusals[code] if not allow

refusals := {
	"malformed-input": "the question does not have the form that its schema asks for",
	"recipient-not-granted": "nothing grants the agent to send messages to that one",
	"unknown-agent": "no agent of this name is declared",
	"unknown-recipient": "no agent with the name of the recipient is declared",
}
`,
};
