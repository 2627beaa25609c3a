import { closed, decision, document, TEXT, TEXTS } from './decision';

/**
 * Whoever delegates hands capabilities over, so a question without any is malformed. What the agent does not hold itself
 * it cannot hand over, whatever a grant says.
 */
export const DELEGATION_APPROVAL = decision({
  title: 'Delegation approval',
  name: 'delegationApproval',
  question: 'May this agent delegate work with these capabilities to somebody outside?',
  package: 'delegation_approval',
  input: document(
    'Input of delegation approval',
    closed({ agent: TEXT, to: TEXT, capabilities: { ...TEXTS, minItems: 1 } }),
  ),
  grant: 'grant_with_capabilities',
  rules: `code := "granted" if {
	well_formed
	grant
	every capability in input.capabilities {
		capability in grant.capabilities
		capability in agent.capabilities
	}
} else := "capability-not-granted" if {
	well_formed
	grant
} else := "delegation-not-granted" if {
	well_formed
	agent
} else := "unknown-agent" if {
	well_formed
}

well_formed if {
	object.keys(input) == {"agent", "to", "capabilities"}
	is_string(input.agent)
	is_string(input.to)
	is_array(input.capabilities)
	count(input.capabilities) > 0
	every capability in input.capabilities {
		is_string(capability)
	}
}

agent := facts[_][input.agent]

grant := agent.delegations[input.to]

reason := grant.purpose if allow

reason := refusals[code] if not allow

refusals := {
	"capability-not-granted": "the agent may delegate there, but not all of these capabilities",
	"delegation-not-granted": "nothing grants the agent to delegate there",
	"malformed-input": "the question does not have the form that its schema asks for",
	"unknown-agent": "no agent of this name is declared",
}
`,
});
