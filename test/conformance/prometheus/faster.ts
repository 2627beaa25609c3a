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

/** How much faster time passes: a minute of the rules takes one second or, where the machine is too busy for that, four. */
export type Factor = 60 | 15;

/**
 * The rules for a world in which time passes faster: durations are as much shorter, and `time()` counts as many seconds for
 * each that passes, from 0 at the start, as it does in promtool's tests.
 * @param start seconds since 1970
 * @throws Error for a duration that is not whole minutes
 */
export function faster({ groups }: RuleFile, start: number, factor: Factor): RuleFile {
  const rule = ({ expr, for: pending, ...rest }: Rule): Rule => ({
    ...rest,
    expr: fasterExpression(expr, start, factor),
    ...(pending === undefined ? {} : { for: fasterDuration(pending, factor) }),
  });
  return { groups: groups.map((group) => ({ ...group, rules: group.rules.map(rule) })) };
}

function fasterExpression(expression: string, start: number, factor: Factor): string {
  // What stands in quotes is no duration.
  return expression.replace(
    /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|\b((?:\d+[smhdw])+)\b|\btime\(\)/g,
    (_, text?: string, duration?: string) => {
      if (text !== undefined) return text;
      return duration === undefined ? `((time() - ${start}) * ${factor})` : fasterDuration(duration, factor);
    },
  );
}

function fasterDuration(text: string, factor: Factor): string {
  const seconds = durationSeconds(text);
  if (seconds === undefined || seconds % 60 !== 0) throw new Error(`${text} is not whole minutes`);
  return formatDuration(seconds / factor);
}
