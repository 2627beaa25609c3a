import { type Problem, quoted } from '../../../finding';
import type { Matcher } from './expression';

/**
 * What keeps a matcher from matching a label whose values are known: a value that does not exist (`egress` for
 * `EGRESS`), or a pattern of which a part matches none of them.
 */
export function matcherProblem(metric: string, matcher: Matcher, values: readonly string[]): Problem | undefined {
  const { label, operator, value } = matcher;
  // `label=""` asks for series without the label.
  if (value === '') return undefined;
  const wanted = operator === '=~' || operator === '!~' ? alternatives(value) : [value];
  const isPattern = wanted.length > 1 || operator === '=~' || operator === '!~';
  const never = wanted.filter((one) => !values.some((known) => (isPattern ? matches(one, known) : one === known)));
  if (never.length === 0) return undefined;
  return {
    message: `the label ${label} of ${metric} is never ${never.map(quoted).join(' or ')}`,
    fix: `its values are ${values.join(', ')}`,
  };
}

/** The parts of a pattern between bars, where it has no groups that hold bars of their own. */
function alternatives(pattern: string): readonly string[] {
  return /[()[\]\\]/.test(pattern) ? [pattern] : pattern.split('|');
}

/** As Prometheus matches: the whole value. A pattern that JavaScript cannot read is taken to match. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 'su').test(value);
  } catch {
    return true;
  }
}
