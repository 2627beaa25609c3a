import { closed, decision, document, TEXT } from './decision';

export const SECRET_ACCESS = decision({
  title: 'Secret access',
  name: 'secretAccess',
  question: 'May this agent be given secrets of this vault?',
  package: 'secret_access',
  input: document('Input of secret access', closed({ agent: TEXT, vault: TEXT })),
  rules: `code := "granted" if {
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
});
