import { quoted } from '../../finding';
import type { Alert } from './alert';
import type { Catalogue } from './catalogue/catalogue';
import { durationSeconds } from './duration';
import { checkExpression, type RuleProblem } from './promql/check';
import { type Binary, childrenOf, type Expression, selectorsOf } from './promql/expression';
import { parseExpression } from './promql/parse';
import { resultLabels } from './promql/result-labels';
import type { AlertRule } from './rule';

/** Functions whose result goes back to nothing once their range has passed. */
const PASSING: readonly string[] = ['rate', 'irate', 'increase', 'delta', 'idelta', 'changes', 'resets'];
const ABOVE: readonly string[] = ['>', '>=', '!='];
const COMPARISONS: readonly string[] = [...ABOVE, '<', '<=', '=='];

/** Everything that keeps an alert from firing when it should, or its readers from knowing what to do. */
export function checkAlert(rule: AlertRule, catalogue: Catalogue): readonly RuleProblem[] {
  const parsed = parseExpression(rule.expr);
  const expression = 'problem' in parsed ? undefined : parsed;
  return [
    ...checkExpression(rule.expr, catalogue),
    ...(expression === undefined ? [] : firingProblems(rule, expression, catalogue)),
    ...(expression === undefined ? [] : templateProblems(rule, expression, catalogue)),
    ...readerProblems(rule),
  ];
}

/** What keeps an alert from having been seen to fire, and to be silent, before it is needed. */
export function untested({ tests }: Pick<Alert, 'tests'>): readonly RuleProblem[] {
  const expected = tests.map(({ firing }) => firing.length > 0);
  if (expected.includes(true) && expected.includes(false)) return [];
  const message = `no test shows it ${expected.includes(true) ? 'silent' : 'firing'}`;
  return [{ rule: 'alert-untested', message, fix: 'add a test with series for which it has to be' }];
}

function firingProblems(rule: AlertRule, expression: Expression, catalogue: Catalogue): readonly RuleProblem[] {
  const wait = durationSeconds(rule.for ?? '0s');
  if (wait === undefined) {
    const message = `'for' is ${quoted(rule.for ?? '')}, which is no duration`;
    return [{ rule: 'invalid-duration', message, fix: "write it like '5m'" }];
  }
  const bursts = passing(expression);
  const shortest = bursts.length === 0 ? undefined : Math.min(...bursts);
  const late: RuleProblem = {
    rule: 'alert-cannot-fire',
    message: `the expression looks back ${shortest} seconds and has to hold for ${wait}, so that what happens once stays pending and never fires`,
    fix: "make 'for' shorter than the range, or leave it out",
  };
  return [
    ...(shortest !== undefined && wait > 0 && wait >= shortest ? [late] : []),
    ...missedFirst(expression, catalogue).map((metric) => ({
      rule: 'alert-misses-first-event',
      message: `series of ${metric} are born at 1, and increase() over such a series is 0, so that the first event of each kind is missed`,
      fix: 'add: or (metric > 0 unless metric offset <range>)',
    })),
  ];
}

/** Ranges, in seconds, after which the expression no longer holds for something that happened once. */
function passing(expression: Expression): readonly number[] {
  if (expression.kind === 'call' && PASSING.includes(expression.name)) {
    return expression.args.flatMap((arg) => (arg.kind === 'selector' && arg.range !== undefined ? [arg.range] : []));
  }
  if (expression.kind !== 'binary') return childrenOf(expression).flatMap(passing);
  const { operator, left, right } = expression;
  // A share of something holds as long as the state lasts, and what is below a bound has not happened at all.
  if (operator === '/' || (COMPARISONS.includes(operator) && !ABOVE.includes(operator))) return [];
  return operator === 'unless' || operator === 'and' ? passing(left) : [...passing(left), ...passing(right)];
}

/** Metrics whose first event is missed by `increase(…) > 0`. */
function missedFirst(expression: Expression, catalogue: Catalogue): readonly string[] {
  const looksBack = new Set(selectorsOf(expression).flatMap(({ offset, metric }) => (offset ? [metric] : [])));
  const compared = binariesOf(expression).filter(
    ({ operator, right }) => operator === '>' && right.kind === 'number' && right.value === 0,
  );
  const metrics = compared.flatMap(({ left }) =>
    callsOf(left, ['increase', 'rate', 'irate']).flatMap((call) =>
      selectorsOf(call).flatMap(({ metric }) => metric ?? []),
    ),
  );
  return [...new Set(metrics)].filter(
    (metric) => catalogue.find(metric)?.metric.born === 'event' && !looksBack.has(metric),
  );
}

function binariesOf(expression: Expression): readonly Binary[] {
  const inside = childrenOf(expression).flatMap(binariesOf);
  return expression.kind === 'binary' ? [expression, ...inside] : inside;
}

function callsOf(expression: Expression, names: readonly string[]): readonly Expression[] {
  const inside = childrenOf(expression).flatMap((child) => callsOf(child, names));
  return expression.kind === 'call' && names.includes(expression.name) ? [expression, ...inside] : inside;
}

/** Labels that the texts print and the result does not carry: readers would see a gap. */
function templateProblems(rule: AlertRule, expression: Expression, catalogue: Catalogue): readonly RuleProblem[] {
  const carried = resultLabels(expression, catalogue);
  if (carried === undefined) return [];
  const texts = [...Object.values(rule.annotations ?? {}), ...Object.values(rule.labels ?? {})];
  const printed = texts.flatMap((text) => [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label as string));
  return [...new Set(printed)]
    .filter((label) => !carried.has(label))
    .map((label) => ({
      rule: 'unknown-template-label',
      message: `the texts print the label ${quoted(label)}, which the expression's result does not carry`,
      fix: `it carries ${[...carried].join(', ') || 'no labels'}`,
    }));
}

function readerProblems({ labels = {}, annotations = {} }: AlertRule): readonly RuleProblem[] {
  const problems: RuleProblem[] = [];
  const { summary = '', runbook_url: runbook = '' } = annotations;
  if (!/^https?:\/\/\S+$/.test(runbook)) {
    const message = runbook === '' ? 'the alert names no runbook' : `the runbook ${quoted(runbook)} is no address`;
    const fix = 'give it the annotation runbook_url: the page that says what to do';
    problems.push({ rule: 'alert-without-runbook', message, fix });
  }
  if (labels.severity === undefined || summary === '') {
    const message = `the alert has no ${labels.severity === undefined ? 'severity' : 'summary'}`;
    problems.push({ rule: 'alert-without-text', message, fix: 'add it, or nobody can tell what is paged about' });
  }
  return problems;
}
