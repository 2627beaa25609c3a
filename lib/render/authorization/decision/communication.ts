import { closed, decision, document, TEXT } from './decision';

export const COMMUNICATION_SCOPE = decision({
  title: 'Communication scope',
  name: 'communicationScope',
  question: 'May this agent send messages to that one?',
  package: 'communication_scope',
  input: document('Input of communication scope', closed({ agent: TEXT, to: TEXT })),
  rules: `code := "granted" if {
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
});
