import type { Path } from '../policy/policy-reader';
import { isMap, listOf } from './raw-rules';

/** What is wrong with a value, and where. */
export interface SyntaxProblem {
  readonly path: Path;
  readonly message: string;
}

const SUBDOMAIN = /^[a-z\d]([-a-z\d]*[a-z\d])?(\.[a-z\d]([-a-z\d]*[a-z\d])?)*$/;
const LABEL = /^[a-z\d]([-a-z\d]*[a-z\d])?$/;
const QUALIFIED = /^[A-Za-z\d]([-A-Za-z\d_.]*[A-Za-z\d])?$/;

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
export function nameProblem(name: string): string | undefined {
  if (name.length > 253) return `the name has ${name.length} characters, and 253 are allowed`;
  return SUBDOMAIN.test(name) ? undefined : `'${name}' is no name: small letters, digits, - and . are allowed`;
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
export function namespaceProblem(name: string): string | undefined {
  if (name.length > 63) return `the namespace's name has ${name.length} characters, and 63 are allowed`;
  return LABEL.test(name) ? undefined : `'${name}' is no name of a namespace: small letters, digits and - are allowed`;
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export function labelKeyProblem(key: string): string | undefined {
  const slash = key.indexOf('/');
  const prefix = key.slice(0, Math.max(slash, 0));
  const name = key.slice(slash + 1);
  if (slash >= 0 && (prefix.length > 253 || !SUBDOMAIN.test(prefix)))
    return `the label key '${key}' has a prefix that is no DNS name`;
  if (name.length > 63)
    return `the label key '${key}' has ${name.length} characters behind the prefix, and 63 are allowed`;
  return QUALIFIED.test(name) ? undefined : `'${key}' is no label key`;
}

export function labelValueProblem(value: string): string | undefined {
  if (value === '') return undefined;
  if (value.length > 63) return `the label value '${value}' has ${value.length} characters, and 63 are allowed`;
  return QUALIFIED.test(value)
    ? undefined
    : `'${value}' is no label value: letters, digits, -, _ and . between letters or digits are allowed`;
}

/**
 * Kubernetes takes small letters only, and a number in quotes for a name without any; Cilium ignores case.
 * @see IsValidPortName in https://github.com/kubernetes/apimachinery/blob/v0.34.0/pkg/util/validation/validation.go
 * @see https://github.com/cilium/cilium/blob/v1.19.4/pkg/iana/svcname.go
 */
export function portNameProblem(name: string, ofCilium = false): string | undefined {
  if (name.length > 15) return `the port's name '${name}' has ${name.length} characters, and 15 are allowed`;
  const text = ofCilium ? name.toLowerCase() : name;
  if (/^\d+$/.test(text)) return `'${name}' is no name of a port, and a number only without quotes`;
  const isName = /^[-a-z\d]+$/.test(text) && /[a-z]/.test(text) && !text.includes('--') && !/^-|-$/.test(text);
  return isName ? undefined : `'${name}' is no name of a port`;
}

/** What is wrong with the labels of a selector, whatever stands in it. */
export function* selectorProblems(selector: unknown, path: Path, ofCilium: boolean): Generator<SyntaxProblem> {
  if (!isMap(selector)) return;
  const { matchLabels, matchExpressions } = selector;
  for (const [key, value] of Object.entries(isMap(matchLabels) ? matchLabels : {})) {
    const at = [...path, 'matchLabels', key];
    yield* problem(at, keyProblem(key, ofCilium) ?? valueProblem(value));
  }
  for (const [index, expression] of listOf(matchExpressions).entries()) {
    if (!isMap(expression)) continue;
    const at = [...path, 'matchExpressions', index];
    yield* problem([...at, 'key'], keyProblem(expression.key, ofCilium));
    for (const [position, value] of listOf(expression.values).entries()) {
      yield* problem([...at, 'values', position], valueProblem(value));
    }
  }
}

function* problem(path: Path, message: string | undefined): Generator<SyntaxProblem> {
  if (message !== undefined) yield { path, message };
}

function keyProblem(key: unknown, ofCilium: boolean): string | undefined {
  if (typeof key !== 'string') return undefined;
  return labelKeyProblem(ofCilium ? withoutSource(key) : key);
}

function valueProblem(value: unknown): string | undefined {
  return typeof value === 'string' ? labelValueProblem(value) : undefined;
}

/** Cilium writes where a label comes from in front of its key: `k8s:app`. */
function withoutSource(key: string): string {
  return key.replace(/^[a-z\d-]+:/, '');
}
