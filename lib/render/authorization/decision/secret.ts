import { closed, type Decision, document, TEXT } from './decision';

export const SECRET_ACCESS: Decision = {
  name: 'secretAccess',
  question: 'May this agent be given secrets of this vault?',
  package: 'secret_access',
  input: document('Input of secret access', closed({ agent: TEXT, vault: TEXT })),
  rego: `# METADATA
# title: Secret access
# description: May this agent be given secrets of this vault?
# scope: package
# schemas:
#   - input: schema.input.secret_access
#   - data.portcullis.facts: schema.facts
#   - data.portcullis.policy: schema.policy
#   - data.portcullis.secret_access.agent: schema.agent
#   - data.portcullis.secret_access.grant: schema.grant
package portcullis.secret_access

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
} else := "vault-not-granted" if {
	well_formed
	agent
} else := "unknown-agent" if {
	well_formed
}

well_formed if {
	object.keys(input) == {"agent", "vault"}
	is_string(input.agent)
	is_string(input.vault)
}

agent := facts[_][input.agent]

grant := agent.vaults[input.vault]

reason := grant.purpose if allow

reason := refusals[code] if not allow

refusals := {
	"malformed-input": "the question does not have the form that its schema asks for",
	"unknown-agent": "no agent of this name is declared",
	"vault-not-granted": "nothing grants the agent this vault",
}
`,
};
