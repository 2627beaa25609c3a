import { closest, distance } from 'fastest-levenshtein';
import { type Problem, quoted } from '../../../finding';
import type { Catalogue, Series } from '../catalogue/catalogue';
import { MISTAKEN } from '../catalogue/mistaken';
import { labelName } from '../metric';
import { childrenOf, type Expression, type Matcher, type Selector } from './expression';
import { matcherProblem } from './matcher';
import { parseExpression } from './parse';
import { resultLabels } from './result-labels';
import { typeProblems } from './types';

/** Something wrong with an expression or an alert, with the rule that it breaks. */
export interface RuleProblem extends Problem {
  readonly rule: string;
}

/** Functions that only make sense for counters, which never fall but for a restart. */
const OF_COUNTERS: readonly string[] = ['rate', 'irate', 'increase'];
/** Functions that only make sense for gauges. */
const OF_GAUGES: readonly string[] = ['delta', 'idelta', 'deriv', 'predict_linear'];

/**
 * Everything that is wrong with a PromQL expression: that it is none, that its types do not fit, or that it uses
 * metrics, labels or values that nobody exports, so that it would be empty for ever.
 */
export function checkExpression(text: string, catalogue: Catalogue): readonly RuleProblem[] {
  const parsed = parseExpression(text);
  if ('problem' in parsed) return [{ rule: 'promql-syntax', ...parsed.problem }];
  const types = typeProblems(text).map((problem) => ({ rule: 'promql-type', ...problem }));
  return distinct([...types, ...walk(parsed, catalogue)]);
}

function walk(expression: Expression, catalogue: Catalogue): readonly RuleProblem[] {
  return [...ownProblems(expression, catalogue), ...childrenOf(expression).flatMap((child) => walk(child, catalogue))];
}

function ownProblems(expression: Expression, catalogue: Catalogue): readonly RuleProblem[] {
  switch (expression.kind) {
    case 'selector':
      return selectorProblems(expression, catalogue);
    case 'call':
      return functionProblems(expression.name, expression.args, catalogue);
    case 'aggregation': {
      const { grouping, args, operator } = expression;
      const carried = resultLabels(args.at(-1) as Expression, catalogue);
      return missing(grouping.labels, carried, `${operator} ${grouping.mode}`);
    }
    case 'binary': {
      const { matching, left, right } = expression;
      if (matching === undefined) return [];
      const [of, to] = [resultLabels(left, catalogue), resultLabels(right, catalogue)];
      const include = matching.group?.include ?? [];
      return [
        ...missing(matching.labels, of, `${matching.mode} on the left`),
        ...missing(matching.labels, to, `${matching.mode} on the right`),
        ...missing(include, matching.group?.side === 'right' ? of : to, `group_${matching.group?.side}`),
      ];
    }
    default:
      return [];
  }
}

function selectorProblems({ metric, matchers }: Selector, catalogue: Catalogue): readonly RuleProblem[] {
  const byPattern = matchers.find(({ label }) => label === '__name__');
  if (byPattern !== undefined || metric === undefined) {
    const message =
      byPattern === undefined
        ? 'a selector names no metric'
        : `a selector picks metrics by the pattern ${quoted(byPattern.value)}, so that nobody can tell which, and rate() over several of them fails`;
    return [{ rule: 'metric-name-pattern', message, fix: 'name each metric, and join them with or' }];
  }
  const series = catalogue.find(metric);
  if (series === undefined) return [unknownMetric(metric, catalogue)];
  return matchers.flatMap((matcher) => matcherProblems(metric, matcher, series));
}

function unknownMetric(metric: string, catalogue: Catalogue): RuleProblem {
  return {
    rule: 'unknown-metric',
    message: `nobody exports the metric ${quoted(metric)}, so the expression is always empty`,
    fix: MISTAKEN[metric] ?? nearestMetric(metric, catalogue),
  };
}

function nearestMetric(metric: string, { names }: Catalogue): string {
  const nearest = closest(metric, [...names]);
  const near = distance(metric, nearest) <= metric.length / 3;
  return `${near ? `did you mean ${nearest}? ` : ''}if it is exported after all, add it to the metrics of the alerts`;
}

function matcherProblems(metric: string, matcher: Matcher, { labels }: Series): readonly RuleProblem[] {
  const label = labels.find((one) => labelName(one) === matcher.label);
  if (label === undefined) {
    const known = labels.map(labelName).join(', ');
    return [
      {
        rule: 'unknown-metric-label',
        message: `${metric} has no label ${quoted(matcher.label)}`,
        fix: `its labels are ${known}`,
      },
    ];
  }
  if (typeof label === 'string') return [];
  const problem = matcherProblem(metric, matcher, label.values);
  return problem === undefined ? [] : [{ rule: 'impossible-label-value', ...problem }];
}

function functionProblems(name: string, args: readonly Expression[], catalogue: Catalogue): readonly RuleProblem[] {
  const wanted = OF_COUNTERS.includes(name) ? 'counter' : OF_GAUGES.includes(name) ? 'gauge' : undefined;
  return args.flatMap((arg): readonly RuleProblem[] => {
    if (wanted === undefined || arg.kind !== 'selector' || arg.metric === undefined) return [];
    const type = catalogue.find(arg.metric)?.type;
    if (type === undefined || type === wanted) return [];
    const fix = type === 'counter' ? 'use rate() or increase()' : 'use delta(), or compare the value itself';
    return [
      { rule: 'wrong-metric-type', message: `${name}() is for a ${wanted}, and ${arg.metric} is a ${type}`, fix },
    ];
  });
}

/** Labels that an expression asks for, and that what it asks does not carry. */
function missing(
  labels: readonly string[],
  carried: ReadonlySet<string> | undefined,
  where: string,
): readonly RuleProblem[] {
  if (carried === undefined) return [];
  return labels
    .filter((label) => !carried.has(label))
    .map((label) => ({
      rule: 'unknown-metric-label',
      message: `${where} asks for the label ${quoted(label)}, which nothing there carries`,
      fix: `it carries ${[...carried].join(', ') || 'no labels'}`,
    }));
}

function distinct(problems: readonly RuleProblem[]): readonly RuleProblem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}
