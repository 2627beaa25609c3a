import type { Alert, AlertTest, FiringAlert } from './alert';
import { alertRule } from './alert';

/** A file for `promtool test rules`. */
export interface RuleTestFile {
  readonly rule_files: readonly string[];
  readonly evaluation_interval: string;
  /** Groups build on each other; without an order promtool evaluates them in any. */
  readonly group_eval_order: readonly string[];
  readonly tests: readonly RuleTest[];
}

interface RuleTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test: readonly {
    readonly eval_time: string;
    readonly alertname: string;
    readonly exp_alerts: readonly ExpectedAlert[];
  }[];
}

interface ExpectedAlert {
  readonly exp_labels: Readonly<Record<string, string>>;
  readonly exp_annotations: Readonly<Record<string, string>>;
}

export interface RuleTestOptions {
  /** The rule file, as it is reached from the test file. */
  readonly ruleFile: string;
  /** Names of the groups in it, in order. */
  readonly groups: readonly string[];
  readonly runbookUrl: string;
}

/**
 * The tests of an alert, with the labels and texts that each firing has to have.
 * @see https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
 */
export function ruleTestFile(alert: Alert, { ruleFile, groups, runbookUrl }: RuleTestOptions): RuleTestFile {
  const { labels = {}, annotations = {} } = alertRule(alert, runbookUrl);
  const expected = (firing: FiringAlert): ExpectedAlert => ({
    exp_labels: { ...firing.labels, ...labels },
    exp_annotations: Object.fromEntries(
      Object.entries(annotations).map(([name, text]) => [name, filled(text, firing)]),
    ),
  });
  const test = ({ kind, name, series, at, firing }: AlertTest): RuleTest => ({
    name: `${kind}: ${name}`,
    interval: '1m',
    input_series: Object.entries(series).map(([one, values]) => ({ series: one, values })),
    alert_rule_test: [{ eval_time: at, alertname: alert.name, exp_alerts: firing.map(expected) }],
  });
  return {
    rule_files: [ruleFile],
    evaluation_interval: '1m',
    group_eval_order: groups,
    tests: alert.tests.map(test),
  };
}

/** A text as Prometheus prints it for an alert. */
function filled(text: string, { labels, value = '' }: FiringAlert): string {
  return text
    .replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? '')
    .replace(/\{\{ \$value(?: \| \w+)? \}\}/g, value);
}
