import { durationSeconds, formatDuration } from '../../../lib/render/observability/duration';

/** Rules as they stand in a rule file. */
export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A minute of the rules passes in a second: how much faster time passes. */
export const FACTOR = 60;

/**
 * The rules for a world in which a minute takes a second: every duration is a sixtieth, and `time()` counts sixty seconds
 * for each that passes, from 0 at the start, as it does in promtool's tests.
 * @param start seconds since 1970
 * @throws Error for a duration that is not whole minutes
 */
export function faster({ groups }: RuleFile, start: number): RuleFile {
  const rule = ({ expr, for: pending, ...rest }: Rule): Rule => ({
    ...rest,
    expr: fasterExpression(expr, start),
    ...(pending === undefined ? {} : { for: fasterDuration(pending) }),
  });
  return { groups: groups.map((group) => ({ ...group, rules: group.rules.map(rule) })) };
}

function fasterExpression(expression: string, start: number): string {
  // What stands in quotes is no duration.
  return expression.replace(
    /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|\b((?:\d+[smhdw])+)\b|\btime\(\)/g,
    (_, text?: string, duration?: string) => {
      if (text !== undefined) return text;
      return duration === undefined ? `((time() - ${start}) * ${FACTOR})` : fasterDuration(duration);
    },
  );
}

function fasterDuration(text: string): string {
  const seconds = durationSeconds(text);
  if (seconds === undefined || seconds % FACTOR !== 0) throw new Error(`${text} is not whole minutes`);
  return formatDuration(seconds / FACTOR);
}
