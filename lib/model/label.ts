import { InvalidValueError, type Problem } from '../finding';
import { dnsSubdomainProblem } from './name';

/** Labels of a pod or a namespace, and equally the labels that a selector asks for. */
export type Labels = Readonly<Record<string, string>>;

const VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/**
 * What keeps a text from being a label value: at most 63 of letters, digits, `-`, `_` and `.`, starting and ending
 * with a letter or digit.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function labelValueProblem(text: string, what = 'label value'): Problem | undefined {
  if (text.length > 63) {
    return { message: `${what} '${text}' has ${text.length} characters`, fix: 'shorten it to 63 characters at most' };
  }
  if (VALUE.test(text)) return undefined;
  return {
    message: `${what} '${text}' is refused by Kubernetes`,
    fix: "use letters, digits, '-', '_' and '.', and start and end with a letter or digit",
  };
}

/** What keeps a text from being a label key: `name` or `prefix/name`, the prefix being a DNS subdomain. */
export function labelKeyProblem(text: string): Problem | undefined {
  const slash = text.indexOf('/');
  const prefix = slash < 0 ? undefined : text.slice(0, slash);
  const name = text.slice(slash + 1);
  if (name.length > 63 || !NAME.test(name)) {
    return {
      message: `label key '${text}' is refused by Kubernetes`,
      fix: "write name or prefix/name, the name at most 63 letters, digits, '-', '_' and '.'",
    };
  }
  return prefix === undefined ? undefined : dnsSubdomainProblem(prefix, `prefix of label key '${text}'`);
}

/**
 * Checks a set of labels and freezes a copy.
 * @throws InvalidValueError if a key or value would be refused by Kubernetes, or the set is empty (an empty selector
 * selects everything)
 */
export function labels(record: Readonly<Record<string, string>>): Labels {
  const entries = Object.entries(record);
  if (entries.length === 0) {
    throw new InvalidValueError({
      message: 'no labels were given, and an empty selector selects every pod',
      fix: 'name at least one label that only these pods carry',
    });
  }
  for (const [key, value] of entries) {
    const problem = labelKeyProblem(key) ?? labelValueProblem(value, `value of label '${key}'`);
    if (problem !== undefined) throw new InvalidValueError(problem);
  }
  return Object.freeze(Object.fromEntries(entries));
}

/** A text that two label sets share exactly when they are equal, in whatever order they were written. */
export function labelsKey(set: Labels): string {
  return Object.keys(set)
    .sort()
    .map((key) => `${key}=${set[key]}`)
    .join(',');
}
