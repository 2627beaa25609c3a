import type { Authorization, AuthorizedAgent } from '../../../../lib/model/authorization/authorization';

/** What a decision has to say, read from the grants one by one; written without a look at the rules or the facts. */
export function expected({ agents }: Authorization, decision: string, question: unknown): string {
  const q = question as Question;
  const form = FORMS[decision] ?? {};
  const isMap = typeof question === 'object' && question !== null && !Array.isArray(question);
  if (!isMap || Object.keys(q).sort().join() !== Object.keys(form).sort().join()) return 'malformed-input';
  if (!Object.entries(form).every(([key, is]) => is(q[key]))) return 'malformed-input';
  const agent = agents.find(({ name }) => name === q.agent);
  return agent === undefined ? 'unknown-agent' : (ANSWERS[decision]?.(agent, q, agents) ?? 'no such decision');
}

type Question = Readonly<Record<string, unknown>>;
type Answer = (agent: AuthorizedAgent, question: Question, all: readonly AuthorizedAgent[]) => string;

const ANSWERS: Readonly<Record<string, Answer>> = {
  task_authorization: ({ tasks }, q) => {
    const grant = tasks?.find(({ task }) => task === q.task);
    if (grant === undefined) return 'task-not-granted';
    return covers(grant.capabilities, q) ? 'granted' : 'capability-not-granted';
  },
  communication_scope: ({ messages }, q, all) => {
    if (!all.some(({ name }) => name === q.to)) return 'unknown-recipient';
    return messages?.some(({ to }) => to === q.to) ? 'granted' : 'recipient-not-granted';
  },
  secret_access: ({ vaults }, q) => (vaults?.some(({ vault }) => vault === q.vault) ? 'granted' : 'vault-not-granted'),
  delegation_approval: ({ capabilities, delegations }, q) => {
    const grant = delegations?.find(({ to }) => to === q.to);
    if (grant === undefined) return 'delegation-not-granted';
    return covers(grant.capabilities, q) && covers(capabilities, q) ? 'granted' : 'capability-not-granted';
  },
  cross_namespace_access: ({ namespace: own, reads }, q) => {
    if (own === q.namespace) return 'own-namespace';
    return reads?.some(({ namespace }) => namespace === q.namespace) ? 'granted' : 'namespace-not-granted';
  },
};

function covers(list: AuthorizedAgent['capabilities'], question: Question): boolean {
  const asked = question.capabilities as readonly string[];
  return asked.every((one) => list !== 'none' && list.includes(one));
}

type Is = (value: unknown) => boolean;

const text: Is = (value) => typeof value === 'string';
const texts: Is = (value) => Array.isArray(value) && value.every(text);

const FORMS: Readonly<Record<string, Readonly<Record<string, Is>>>> = {
  task_authorization: { agent: text, task: text, capabilities: texts },
  communication_scope: { agent: text, to: text },
  secret_access: { agent: text, vault: text },
  delegation_approval: { agent: text, to: text, capabilities: (value) => texts(value) && (value as []).length > 0 },
  cross_namespace_access: { agent: text, namespace: text },
};
