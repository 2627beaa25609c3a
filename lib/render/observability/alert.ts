import { CATALOGUE, METRICS } from './catalogue/catalogue';
import type { Exporter, Metric } from './metric';
import type { AlertRule } from './rule';

/** An alert with what its readers need: what it means, what to do, and the proof that it fires. */
export interface Alert {
  /** `DirectSorCallDetected`; also the heading of its section in the runbook. */
  readonly name: string;
  readonly severity: AlertSeverity;
  readonly expr: string;
  /**
   * How long the expression has to hold.
   * @default - it fires at once
   */
  readonly for?: string;
  readonly summary: string;
  /** With `{{ $labels.… }}` of the expression's result, and `{{ $value }}`. */
  readonly description: string;
  /** Why it matters and what it cannot see, for the runbook. */
  readonly meaning: string;
  /** What to do, step by step. */
  readonly response: readonly string[];
  /** Series for which it fires and for which it does not. */
  readonly tests: readonly AlertTest[];
}

export type AlertSeverity = 'critical' | 'warning' | 'info';

/** From the one that wakes people up to the one that is read in the morning. */
export const ALERT_SEVERITIES: readonly AlertSeverity[] = ['critical', 'warning', 'info'];

/** Series, one value a minute, and what they have to make of the alert. */
export interface AlertTest {
  readonly kind: 'fires' | 'silent' | 'boundary';
  /** What happens, in a few words. */
  readonly name: string;
  /** Values in promtool's notation (`_x5 1x10`) by series. */
  readonly series: Readonly<Record<string, string>>;
  /** When the alert is looked at: `6m`. */
  readonly at: string;
  /** Alerts that fire then. */
  readonly firing: readonly FiringAlert[];
}

export interface FiringAlert {
  /** Labels of the expression's result. */
  readonly labels: Readonly<Record<string, string>>;
  /**
   * `$value` as the description prints it.
   * @default - the description does not print it
   */
  readonly value?: string;
}

/** An alert that a platform cannot have. */
export interface LeftOutAlert {
  readonly name: string;
  readonly reason: string;
  /** What would bring it. */
  readonly fix: string;
  /** True if what it is about exists all the same, so that nobody watches it. */
  readonly blind: boolean;
}

/**
 * The alert as a rule.
 * @param runbookUrl page with a section for each alert
 */
export function alertRule(alert: Alert, runbookUrl: string): AlertRule {
  const { name, expr, severity, summary, description } = alert;
  return {
    alert: name,
    expr,
    ...(alert.for === undefined ? {} : { for: alert.for }),
    labels: { severity },
    annotations: { summary, description, runbook_url: `${runbookUrl}#${name.toLowerCase()}` },
  };
}

const NAME = /[A-Za-z_][\w:]*/g;

/** Metrics that expressions use, in the order of the catalogue. */
export function metricsOf(alerts: readonly Pick<Alert, 'expr'>[]): readonly Metric[] {
  const used = new Set(
    alerts.flatMap(({ expr }) => (expr.match(NAME) ?? []).map((name) => CATALOGUE.find(name)?.metric)),
  );
  return METRICS.filter((metric) => used.has(metric));
}

/** Exporters without whose metrics an alert is blind. */
export function exportersOf(alert: Pick<Alert, 'expr'>): readonly Exporter[] {
  return [...new Set(metricsOf([alert]).map(({ exporter }) => exporter))];
}
