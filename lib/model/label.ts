import { InvalidValueError, type Problem, quoted } from '../finding';
import { memo } from './memo';
import { dnsSubdomainProblem } from './name';

/** Labels of a pod or a namespace, and equally the labels that a selector asks for. */
export type Labels = Readonly<Record<string, string>>;

const VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
/**
 * Keys that Cilium derives from where a pod runs. No pod carries them, and in a selector they replace or lift the
 * namespace that the policy names.
 * @see pkg/k8s/apis/cilium.io/const.go and utils/utils.go of Cilium 1.19
 */
const DERIVED_BY_CILIUM = /^(io\.kubernetes\.pod\.namespace$|io\.cilium\.k8s[./])/;

/**
 * What keeps a text from being a label value: at most 63 of letters, digits, `-`, `_` and `.`, starting and ending
 * with a letter or digit.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function labelValueProblem(text: string, what = 'label value'): Problem | undefined {
  // A program that nobody type-checks may give a number, and Kubernetes refuses `app: 5`.
  if (typeof text !== 'string') return { message: `${what} is ${String(text)}, which is no text`, fix: 'write text' };
  if (text.length > 63) {
    return {
      message: `${what} ${quoted(text)} has ${text.length} characters`,
      fix: 'shorten it to 63 characters at most',
    };
  }
  if (VALUE.test(text)) return undefined;
  return {
    message: `${what} ${quoted(text)} is refused by Kubernetes`,
    fix: "use letters, digits, '-', '_' and '.', and start and end with a letter or digit",
  };
}

/**
 * What keeps a text from being the key of a label that pods carry: `name` or `prefix/name`, the prefix being a DNS
 * subdomain.
 */
export function labelKeyProblem(text: string): Problem | undefined {
  if (DERIVED_BY_CILIUM.test(text)) {
    return {
      message: `label key ${quoted(text)} is derived by Cilium and carried by no pod`,
      fix: 'name the namespace itself, and labels that the pods carry',
    };
  }
  return labelKeySyntaxProblem(text);
}

function labelKeySyntaxProblem(text: string): Problem | undefined {
  const slash = text.indexOf('/');
  const prefix = slash < 0 ? undefined : text.slice(0, slash);
  const name = text.slice(slash + 1);
  if (name.length > 63 || !NAME.test(name)) {
    return {
      message: `label key ${quoted(text)} is refused by Kubernetes`,
      fix: "write name or prefix/name, the name at most 63 letters, digits, '-', '_' and '.'",
    };
  }
  return prefix === undefined ? undefined : dnsSubdomainProblem(prefix, `prefix of label key ${quoted(text)}`);
}

/**
 * Checks a set of labels and freezes a copy.
 * @throws InvalidValueError if a key or value would be refused by Kubernetes, or the set is empty (an empty selector
 * selects everything)
 */
export function labels(record: Readonly<Record<string, string>>): Labels {
  const [only, another] = Object.keys(record);
  if (only === undefined) {
    throw new InvalidValueError({
      message: 'no labels were given, and an empty selector selects every pod',
      fix: 'name at least one label that only these pods carry',
    });
  }
  if (another !== undefined) return checkedLabels(record);
  const text = `${only}=${record[only]}`;
  let set = known.get(text);
  if (set === undefined) {
    set = checkedLabels(record);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(text, set);
  }
  return set;
}

/** Sets of one label that were checked lately: components select by one, and alike in every workspace. */
const known = new Map<string, Labels>();
const MOST_KNOWN = 1024;

function checkedLabels(record: Readonly<Record<string, string>>): Labels {
  const copy: Record<string, string> = {};
  for (const key of Object.keys(record)) {
    const value = record[key] as string;
    if (!isKey(key) || !isValue(value)) {
      const problem = labelKeyProblem(key) ?? labelValueProblem(value, `value of label ${quoted(key)}`);
      if (problem !== undefined) throw new InvalidValueError(problem);
    }
    copy[key] = value;
  }
  return Object.freeze(copy);
}

const isKey = memo((key: string): boolean => labelKeyProblem(key) === undefined);

function isValue(value: string): boolean {
  return typeof value === 'string' && value.length <= 63 && VALUE.test(value);
}

/** What keeps Kubernetes from taking an object with these labels, which nobody need have checked; the first problem. */
export function objectLabelsProblem(set: Labels): Problem | undefined {
  for (const key in set) {
    const value = set[key] as string;
    if (isSyntax(key) && isValue(value)) continue;
    return labelKeySyntaxProblem(key) ?? labelValueProblem(value, `value of label ${quoted(key)}`);
  }
  return undefined;
}

const isSyntax = memo((key: string): boolean => labelKeySyntaxProblem(key) === undefined);

/** A text that two label sets share exactly when they are equal, in whatever order they were written. */
export function labelsKey(set: Labels): string {
  const keys = Object.keys(set);
  if (keys.length === 1) return `${keys[0]}=${set[keys[0] as string]}`;
  return keys
    .sort()
    .map((key) => `${key}=${set[key]}`)
    .join(',');
}
