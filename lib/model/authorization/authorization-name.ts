import { type Problem, quoted } from '../../finding';
import { dnsLabelProblem } from '../name';

/**
 * Names that policies compare, letter by letter. Rules never contain them: they are facts beside constant rules. They
 * stand in tests, logs and reviews, though, so quotes, backslashes, braces, line breaks and everything that is not
 * plainly a name is refused here, and so is what JavaScript takes for more than a name (`__proto__`).
 */

/** What keeps a text from naming an agent: one DNS label, or several joined by `/`, as in `ws-production/agent`. */
export function agentNameProblem(name: string): Problem | undefined {
  if (name !== '' && name.split('/').every((part) => dnsLabelProblem(part, 'part') === undefined)) return undefined;
  return {
    message: `${quoted(name)} is not the name of an agent`,
    fix: "write workspace/agent, each in lower-case letters, digits and '-'",
  };
}

/** What keeps a text from naming a task: a DNS label. */
export function taskNameProblem(name: string): Problem | undefined {
  return dnsLabelProblem(name, 'task');
}

/** What keeps a text from naming who does work outside the platform: a DNS label. */
export function delegateNameProblem(name: string): Problem | undefined {
  return dnsLabelProblem(name, 'delegate');
}

/** What keeps a text from naming a namespace of the shared state: a DNS label. */
export function stateNamespaceProblem(name: string): Problem | undefined {
  return dnsLabelProblem(name, 'namespace of the shared state');
}

const VAULT = /^[A-Za-z0-9]([A-Za-z0-9._-]| (?! )){0,62}$/;

/**
 * What keeps a text from naming a vault: letters, digits, `-`, `_`, `.` and single blanks inside, which is what secret
 * references of 1Password take, at most 63 of them. Vaults with other names have an id that does.
 * @see https://developer.1password.com/docs/cli/secret-reference-syntax/#supported-characters
 */
export function vaultNameProblem(name: string): Problem | undefined {
  if (VAULT.test(name) && !name.endsWith(' ')) return undefined;
  return {
    message: `${quoted(name)} is not the name of a vault that a secret reference can hold`,
    fix: "use letters, digits, '-', '_', '.' and single blanks, at most 63, or name the vault by its id",
  };
}
