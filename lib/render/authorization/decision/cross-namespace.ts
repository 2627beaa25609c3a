import { closed, type Decision, document, TEXT } from './decision';

/** An agent's own namespace is open to it, so that whoever reads need not know whose it is before asking. */
export const CROSS_NAMESPACE_ACCESS: Decision = {
  name: 'crossNamespaceAccess',
  question: 'May this agent read this namespace of the shared state?',
  package: 'cross_namespace_access',
  input: document('Input of cross-namespace access', closed({ agent: TEXT, namespace: TEXT })),
  rego: `# METADATA
# title: Cross-namespace access
# description: May this agent read this namespace of the shared state?
# scope: package
# schemas:
#   - input: schema.input.cross_namespace_access
#   - data.portcullis.facts: schema.facts
#   - data.portcullis.policy: schema.policy
#   - data.portcullis.cross_namespace_access.agent: schema.agent
#   - data.portcullis.cross_namespace_access.grant: schema.grant
package portcullis.cross_namespace_access

import data.portcullis.facts
import data.portcullis.policy

decision := {
	"allow": allow,
	"code": code,
	"reason": reason,
	"policyVersion": policy.version,
}

default allow := false

allow if code in {"granted", "own-namespace"}

default code := "malformed-input"

code := "own-namespace" if {
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
};
