import { closed, decision, document, TEXT, TEXTS } from './decision';

/**
 * A list without capabilities asks for the task alone. The grant stands before `every`, which holds for an empty list
 * whatever it compares with.
 */
export const TASK_AUTHORIZATION = decision({
  title: 'Task authorization',
  name: 'taskAuthorization',
  question: 'May this agent run this task with these capabilities?',
  package: 'task_authorization',
  input: document('Input of task authorization', closed({ agent: TEXT, task: TEXT, capabilities: TEXTS })),
  grant: 'grant_with_capabilities',
  rules: `code := "granted" if {
	well_formed
	grant
	every capability in input.capabilities {
		capability in grant.capabilities
	}
} else := "capability-not-granted" if {
	well_formed
	grant
} else := "task-not-granted" if {
	well_formed
	agent
} else := "unknown-agent" if {
	well_formed
}

well_formed if {
	object.keys(input) == {"agent", "task", "capabilities"}
	is_string(input.agent)
	is_string(input.task)
	is_array(input.capabilities)
	every capability in input.capabilities {
		is_string(capability)
	}
}

agent := facts[_][input.agent]

grant := agent.tasks[input.task]

reason := grant.purpose if allow

reason := refusals[code] if not allow

refusals := {
	"capability-not-granted": "the agent may run this task, but not with all of these capabilities",
	"malformed-input": "the question does not have the form that its schema asks for",
	"task-not-granted": "nothing grants the agent this task",
	"unknown-agent": "no agent of this name is declared",
}
`,
});
