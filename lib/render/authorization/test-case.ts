import type { Authorization, AuthorizedAgent } from '../../model/authorization/authorization';
import type { ToolAllowlist } from '../../model/tool-allowlist';
import { COMMUNICATION_SCOPE } from './decision/communication';
import { CROSS_NAMESPACE_ACCESS } from './decision/cross-namespace';
import type { Decision } from './decision/decision';
import { DELEGATION_APPROVAL } from './decision/delegation';
import { SECRET_ACCESS } from './decision/secret';
import { TASK_AUTHORIZATION } from './decision/task';

/** A question with the answer that it has to get. */
export interface TestCase {
  readonly input: unknown;
  readonly allow: boolean;
  readonly code: string;
}

/** An agent that nobody declared. Names of agents have no dots. */
const STRANGER = 'stranger.invalid/agent';
const NOT_GRANTED = 'not.granted';
const NOT_HELD = 'not-held:ever';

/** The questions of one decision: for each grant one that is allowed and some beside it that are not, and strangers. */
export function testCases(decision: Decision, { agents }: Authorization): readonly TestCase[] {
  const sorted = [...agents].sort((one, other) => (one.name < other.name ? -1 : 1));
  return [...sorted.flatMap((agent) => CASES[decision.package]?.(agent, sorted) ?? []), ...malformed(decision)];
}

type CasesOf = (agent: AuthorizedAgent, all: readonly AuthorizedAgent[]) => readonly TestCase[];

const CASES: Readonly<Record<string, CasesOf>> = {
  [TASK_AUTHORIZATION.package]: ({ name: agent, capabilities: held, tasks = [] }, all) => [
    ...tasks.flatMap((grant) => {
      const { task } = grant;
      const capabilities = grant.capabilities === 'none' ? [] : grant.capabilities;
      return [
        allowed({ agent, task, capabilities }),
        allowed({ agent, task, capabilities: [] }),
        denied({ agent, task, capabilities: [...capabilities, NOT_HELD] }, 'capability-not-granted'),
        ...without(held, capabilities).map((one) =>
          denied({ agent, task, capabilities: [one] }, 'capability-not-granted'),
        ),
        denied({ agent: STRANGER, task, capabilities }, 'unknown-agent'),
        ...others(all, (other) => !other.tasks?.some((one) => one.task === task)).map((other) =>
          denied({ agent: other, task, capabilities }, 'task-not-granted'),
        ),
      ];
    }),
    denied({ agent, task: NOT_GRANTED, capabilities: [] }, 'task-not-granted'),
  ],
  [COMMUNICATION_SCOPE.package]: ({ name: agent, messages = [] }, all) => [
    ...messages.flatMap(({ to }) => [
      allowed({ agent, to }),
      denied({ agent: STRANGER, to }, 'unknown-agent'),
      ...others(all, (other) => !other.messages?.some((one) => one.to === to)).map((other) =>
        denied({ agent: other, to }, 'recipient-not-granted'),
      ),
    ]),
    ...others(all, ({ name }) => !messages.some(({ to }) => to === name)).map((to) =>
      denied({ agent, to }, 'recipient-not-granted'),
    ),
    denied({ agent, to: STRANGER }, 'unknown-recipient'),
  ],
  [SECRET_ACCESS.package]: ({ name: agent, vaults = [] }, all) => [
    ...vaults.flatMap(({ vault }) => [
      allowed({ agent, vault }),
      denied({ agent: STRANGER, vault }, 'unknown-agent'),
      denied({ agent, vault: `${vault} ` }, 'vault-not-granted'),
      ...others(all, (other) => !other.vaults?.some((one) => one.vault === vault)).map((other) =>
        denied({ agent: other, vault }, 'vault-not-granted'),
      ),
    ]),
    denied({ agent, vault: '' }, 'vault-not-granted'),
  ],
  [DELEGATION_APPROVAL.package]: ({ name: agent, capabilities: held, delegations = [] }, all) => [
    ...delegations.flatMap(({ to, capabilities }) => [
      allowed({ agent, to, capabilities }),
      denied({ agent, to, capabilities: [...capabilities, NOT_HELD] }, 'capability-not-granted'),
      ...without(held, capabilities).map((one) => denied({ agent, to, capabilities: [one] }, 'capability-not-granted')),
      denied({ agent, to, capabilities: [] }, 'malformed-input'),
      denied({ agent: STRANGER, to, capabilities }, 'unknown-agent'),
      ...others(all, (other) => !other.delegations?.some((one) => one.to === to)).map((other) =>
        denied({ agent: other, to, capabilities }, 'delegation-not-granted'),
      ),
    ]),
    denied({ agent, to: NOT_GRANTED, capabilities: [NOT_HELD] }, 'delegation-not-granted'),
  ],
  [CROSS_NAMESPACE_ACCESS.package]: ({ name: agent, namespace: own, reads = [] }, all) => [
    { input: { agent, namespace: own }, allow: true, code: 'own-namespace' },
    ...reads.flatMap(({ namespace }) => [
      allowed({ agent, namespace }),
      denied({ agent: STRANGER, namespace }, 'unknown-agent'),
      ...others(
        all,
        (other) => other.namespace !== namespace && !other.reads?.some((one) => one.namespace === namespace),
      ).map((other) => denied({ agent: other, namespace }, 'namespace-not-granted')),
    ]),
    denied({ agent, namespace: NOT_GRANTED }, 'namespace-not-granted'),
  ],
};

/** What an agent holds and a grant does not let it use. */
function without(held: ToolAllowlist, granted: readonly string[]): readonly string[] {
  return held === 'none' ? [] : [...held].sort().filter((one) => !granted.includes(one));
}

function allowed(input: unknown): TestCase {
  return { input, allow: true, code: 'granted' };
}

function denied(input: unknown, code: string): TestCase {
  return { input, allow: false, code };
}

/** Rules do not know agents by name, so where nobody among so many lacks a grant, nobody is asked for. */
const MOST_ASKED = 100;

/** The name of an agent that lacks something, if one is found. One is enough. */
function others(all: readonly AuthorizedAgent[], lacks: (agent: AuthorizedAgent) => boolean): readonly string[] {
  const other = all.slice(0, MOST_ASKED).find(lacks);
  return other === undefined ? [] : [other.name];
}

/** Questions without what they need, or with more than anybody knows of, and strangers. */
function malformed({ input: { properties } }: Decision): readonly TestCase[] {
  const keys = Object.entries(properties as Readonly<Record<string, { readonly type: string }>>);
  const whole = Object.fromEntries(keys.map(([key, { type }]) => [key, type === 'array' ? [NOT_HELD] : STRANGER]));
  return [
    denied(whole, 'unknown-agent'),
    ...keys.flatMap(([key]) => {
      const { [key]: _, ...rest } = whole;
      return [rest, { ...whole, [key]: 1 }, { ...whole, [key]: { [NOT_HELD]: NOT_HELD } }];
    }),
    { ...whole, further: true },
    {},
    [],
    null,
    'text',
  ].map((one) => (isCase(one) ? one : denied(one, 'malformed-input')));
}

function isCase(one: unknown): one is TestCase {
  return typeof one === 'object' && one !== null && 'code' in one;
}
