import { type Problem, quoted } from '../../finding';
import { proseProblem } from '../prose';
import { toolAllowlistProblems } from '../tool-allowlist';
import type { Authorization, AuthorizedAgent } from './authorization';
import {
  agentNameProblem,
  delegateNameProblem,
  stateNamespaceProblem,
  taskNameProblem,
  vaultNameProblem,
} from './authorization-name';

/** A problem with the id of its rule. */
export interface AuthorizationProblem extends Problem {
  readonly rule: string;
}

/**
 * Everything that is wrong with what is granted, in the same order in whatever order it comes.
 *
 * | rule | what is wrong |
 * |---|---|
 * | `invalid-authorization` | a name that is none, a purpose that says nothing |
 * | `duplicate-grant` | an agent that is declared twice, or a grant that it has twice |
 * | `capability-not-held` | a task or delegation that carries more than the agent holds |
 * | `unknown-agent` | a message to an agent that is not declared |
 * | `unknown-state-namespace` | a namespace to be read that no agent owns |
 * | `needless-grant` | the agent's own namespace, which it may read anyway |
 * | `look-alike-vault` | vaults whose names differ in upper and lower case alone |
 */
export function authorizationProblems({ agents }: Authorization): readonly AuthorizationProblem[] {
  const sorted = [...agents].sort((one, other) => compare(one.name, other.name));
  const names = new Set(sorted.map(({ name }) => name));
  const namespaces = new Set(sorted.map(({ namespace }) => namespace));
  return [
    ...sorted.flatMap((agent) => [
      ...invalidParts(agent),
      ...repeated(agent),
      ...capabilitiesNotHeld(agent),
      ...unknownNames(agent, names, namespaces),
    ]),
    ...twice(sorted.map(({ name }) => name)).map((name) =>
      problem('duplicate-grant', `agent ${quoted(name)} is declared twice`, 'declare each agent once'),
    ),
    ...lookAlikeVaults(sorted),
  ];
}

function invalidParts(agent: AuthorizedAgent): readonly AuthorizationProblem[] {
  const { name, namespace, capabilities, tasks = [], messages = [], vaults = [], delegations = [], reads = [] } = agent;
  const purposes = [...tasks, ...messages, ...vaults, ...delegations, ...reads].map(({ purpose }) => purpose);
  const found = [
    agentNameProblem(name),
    stateNamespaceProblem(namespace),
    ...toolAllowlistProblems(capabilities),
    ...tasks.flatMap(({ task, capabilities: needed }) => [taskNameProblem(task), ...toolAllowlistProblems(needed)]),
    ...messages.map(({ to }) => agentNameProblem(to)),
    ...vaults.map(({ vault }) => vaultNameProblem(vault)),
    ...delegations.flatMap(({ to, capabilities: handed }) => [
      delegateNameProblem(to),
      ...toolAllowlistProblems(handed),
    ]),
    ...reads.map(({ namespace: other }) => stateNamespaceProblem(other)),
    ...purposes.map((purpose) => proseProblem(purpose, 'the purpose')),
  ].filter((one) => one !== undefined);
  return found.map(({ message, fix }) => problem('invalid-authorization', `agent ${quoted(name)}: ${message}`, fix));
}

function repeated(agent: AuthorizedAgent): readonly AuthorizationProblem[] {
  const { name, tasks = [], messages = [], vaults = [], delegations = [], reads = [] } = agent;
  const grants = [
    ...twice(tasks.map(({ task }) => task)).map((one) => `the task ${quoted(one)}`),
    ...twice(messages.map(({ to }) => to)).map((one) => `messages to ${quoted(one)}`),
    ...twice(vaults.map(({ vault }) => vault)).map((one) => `the vault ${quoted(one)}`),
    ...twice(delegations.map(({ to }) => to)).map((one) => `delegation to ${quoted(one)}`),
    ...twice(reads.map(({ namespace }) => namespace)).map((one) => `reading ${quoted(one)}`),
  ];
  return grants.map((grant) =>
    problem('duplicate-grant', `agent ${quoted(name)} is granted ${grant} twice`, 'make it one grant'),
  );
}

function capabilitiesNotHeld({ name, capabilities, tasks = [], delegations = [] }: AuthorizedAgent) {
  const held = new Set(capabilities === 'none' ? [] : capabilities);
  const carried = [
    ...tasks.map(({ task, capabilities: needed }) => [`task ${quoted(task)}`, needed] as const),
    ...delegations.map(({ to, capabilities: handed }) => [`delegation to ${quoted(to)}`, handed] as const),
  ];
  return carried.flatMap(([what, needed]) =>
    listed(needed)
      .filter((capability) => !held.has(capability))
      .map((capability) =>
        problem(
          'capability-not-held',
          `agent ${quoted(name)}: the ${what} carries ${quoted(capability)}, which the agent does not hold`,
          'remove it, or put it on the list of what the agent can do',
        ),
      ),
  );
}

function unknownNames(
  { name, namespace, messages = [], reads = [] }: AuthorizedAgent,
  names: ReadonlySet<string>,
  namespaces: ReadonlySet<string>,
): readonly AuthorizationProblem[] {
  const strangers = messages.filter(({ to }) => !names.has(to));
  const own = reads.filter((read) => read.namespace === namespace);
  const unowned = reads.filter((read) => !namespaces.has(read.namespace));
  return [
    ...strangers.map(({ to }) => {
      const message = `agent ${quoted(name)} may send messages to ${quoted(to)}, which is not declared`;
      return problem('unknown-agent', message, 'name a declared agent, or remove the grant');
    }),
    ...unowned.map((read) => {
      const message = `agent ${quoted(name)} may read ${quoted(read.namespace)}, which no agent owns`;
      return problem('unknown-state-namespace', message, 'name the namespace of a declared agent');
    }),
    ...own.map((read) => {
      const message = `agent ${quoted(name)} is granted its own namespace ${quoted(read.namespace)}`;
      return problem('needless-grant', message, 'remove the grant; its own namespace is open to it anyway');
    }),
  ];
}

/** 1Password does not tell upper from lower case in secret references, and policies do. */
function lookAlikeVaults(agents: readonly AuthorizedAgent[]): readonly AuthorizationProblem[] {
  const vaults = new Set(agents.flatMap(({ vaults: granted = [] }) => granted.map(({ vault }) => vault)));
  const first = new Map<string, string>();
  return [...vaults].sort().flatMap((vault) => {
    const other = first.get(vault.toLowerCase());
    first.set(vault.toLowerCase(), other ?? vault);
    if (other === undefined) return [];
    const message = `the vaults ${quoted(other)} and ${quoted(vault)} differ in upper and lower case alone`;
    return [problem('look-alike-vault', message, 'spell a vault in one way')];
  });
}

/** A list of a program in plain JavaScript may be anything; that it is none is said elsewhere. */
function listed(capabilities: AuthorizedAgent['capabilities']): readonly string[] {
  return Array.isArray(capabilities) ? capabilities : [];
}

function twice(names: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const again = new Set<string>();
  for (const name of names) (seen.has(name) ? again : seen).add(name);
  return [...again];
}

function problem(rule: string, message: string, fix: string): AuthorizationProblem {
  return { rule, message, fix };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
