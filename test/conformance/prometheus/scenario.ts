import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { durationSeconds } from '../../../lib/render/observability/duration';
import type { Rule, RuleFile } from './faster';
import { expandValues } from './series';

/** A rendered test in which an alert fires, or is silent. */
export interface Scenario {
  readonly alert: string;
  /** `fires: the first call of an agent`. */
  readonly name: string;
  /** Values a minute, by series. */
  readonly series: ReadonlyMap<string, readonly (number | undefined)[]>;
  /** Minutes after which it fires, or does not. */
  readonly at: number;
  /** Labels of each firing alert; none where it is silent. */
  readonly firing: readonly Readonly<Record<string, string>>[];
}

interface TestFile {
  readonly tests: readonly {
    readonly name: string;
    readonly input_series: readonly { readonly series: string; readonly values: string }[];
    readonly alert_rule_test: readonly {
      readonly eval_time: string;
      readonly alertname: string;
      readonly exp_alerts: readonly { readonly exp_labels: Readonly<Record<string, string>> }[];
    }[];
  }[];
}

/** Longer ones are left to promtool. */
const LONGEST_MINUTES = 60;

/** Every test in the folder that does not ask for the very moment; for that, machines are too busy. */
export function scenariosOf(folder: string): readonly Scenario[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.test'));
  return files.flatMap((file) => {
    const { tests } = parse(readFileSync(path.join(folder, file), 'utf8')) as TestFile;
    const all = tests
      .filter(({ name }) => !name.startsWith('boundary:'))
      .flatMap(({ name, input_series, alert_rule_test }) =>
        alert_rule_test.map(({ eval_time, alertname, exp_alerts }): Scenario => {
          const series = new Map(input_series.map((one) => [one.series, expandValues(one.values)]));
          const at = (durationSeconds(eval_time) ?? Number.NaN) / 60;
          return { alert: alertname, name, series, at, firing: exp_alerts.map(({ exp_labels }) => exp_labels) };
        }),
      );
    return all.filter(({ at }) => at <= LONGEST_MINUTES);
  });
}

/**
 * Parts scenarios so that those of one part can happen at the same time: no alert looks at a metric that another one's
 * scenario has.
 */
export function batches(scenarios: readonly Scenario[], rules: RuleFile): readonly (readonly Scenario[])[] {
  const all = rules.groups.flatMap((group) => group.rules);
  const found: Scenario[][] = [];
  for (const scenario of scenarios) {
    const free = found.find((batch) => batch.every((other) => !inTheWay(scenario, other, all)));
    if (free === undefined) found.push([scenario]);
    else free.push(scenario);
  }
  return found;
}

function inTheWay(a: Scenario, b: Scenario, rules: readonly Rule[]): boolean {
  const touches = (one: Scenario, other: Scenario) => {
    const looked = metricsOf(one.alert, rules);
    return [...other.series.keys()].some((series) => looked.has(series.replace(/\{.*/, '')));
  };
  return a.alert === b.alert || touches(a, b) || touches(b, a);
}

/** Every word of an alert's expression and of the recording rules behind it. */
function metricsOf(name: string, rules: readonly Rule[], known = new Set<string>()): ReadonlySet<string> {
  for (const { expr } of rules.filter(({ alert, record }) => alert === name || record === name)) {
    for (const word of expr.match(/[A-Za-z_][\w:]*/g) ?? []) {
      if (known.has(word)) continue;
      known.add(word);
      metricsOf(word, rules, known);
    }
  }
  return known;
}

/** The text that an exporter of the scenarios writes after so many minutes. */
export function exported(scenarios: readonly Scenario[], minutes: number): string {
  const index = Math.floor(minutes);
  const lines = scenarios.flatMap(({ series }) =>
    [...series].flatMap(([name, values]) => {
      const value = index < 0 ? undefined : values[index];
      return value === undefined ? [] : [`${name} ${value}\n`];
    }),
  );
  return lines.join('');
}
