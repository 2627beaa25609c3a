import { closed, decision, document, TEXT } from './decision';

/** An agent's own namespace is open to it, so that whoever reads need not know whose it is before asking. */
export const CROSS_NAMESPACE_ACCESS = decision({
  title: 'Cross-namespace access',
  name: 'crossNamespaceAccess',
  question: 'May this agent read this namespace of the shared state?',
  package: 'cross_namespace_access',
  input: document('Input of cross-namespace access', closed({ agent: TEXT, namespace: TEXT })),
  allowing: ['granted', 'own-namespace'],
  rules: `code := "own-namespace" if {
	well_formed
	agent.namespace == input.namespace
} else := "granted" if {
	well_formed
	grant
} else := "namespace-not-granted" if {
	well_formed
	agent
} else := "unknown-agent" if {
	well_formed
}

well_formed if {
	object.keys(input) == {"agent", "namespace"}
	is_string(input.agent)
	is_string(input.namespace)
}

agent := facts[_][input.agent]

grant := agent.reads[input.namespace]

reason := grant.purpose if code == "granted"

reason := "the namespace is the agent's own" if code == "own-namespace"

reason := refusals[code] if not allow

refusals := {
	"malformed-input": "the question does not have the form that its schema asks for",
	"namespace-not-granted": "nothing grants the agent to read this namespace",
	"unknown-agent": "no agent of this name is declared",
}
`,
});
