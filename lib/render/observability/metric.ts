/** A metric that alerts, recording rules or panels may use. */
export interface Metric {
  /** As it stands in Prometheus: `cilium_drop_count_total`. A histogram without its suffixes. */
  readonly name: string;
  readonly type: MetricType;
  readonly exporter: Exporter;
  /** What it counts or shows, in a few words. */
  readonly help: string;
  /** The exporter's own labels; those of the scrape (TARGET_LABELS) come on top. */
  readonly labels: readonly MetricLabel[];
  /**
   * Settings without which it is not exported.
   * @default - always exported
   */
  readonly enabledBy?: string;
  /** First version that has it in this form, as far back as was looked. */
  readonly since: string;
  /** Where its name, type and labels were read. */
  readonly source: string;
  /**
   * `start`: every series is there as soon as the exporter runs. `event`: a series is born with its first event, at 1,
   * so that `increase()` over it misses that event.
   */
  readonly born: 'start' | 'event';
}

export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary';

/** A label that may have any value, or one whose every value is known. */
export type MetricLabel = string | { readonly name: string; readonly values: readonly string[] };

/** Who exports metrics that the alerts rely on. */
export type Exporter =
  | 'cilium-agent'
  | 'hubble'
  | 'envoy'
  | 'spire-server'
  | 'spire-agent'
  | 'portarium'
  | 'kyverno'
  | 'opa'
  | 'kube-state-metrics'
  | 'kube-apiserver'
  | 'prometheus'
  | 'portcullis';

/**
 * Labels that the scrape adds to every series.
 * @see prometheus-operator, Documentation/user-guides/getting-started.md, for those besides `job` and `instance`
 */
export const TARGET_LABELS: readonly string[] = [
  'job',
  'instance',
  'namespace',
  'pod',
  'container',
  'service',
  'endpoint',
  'node',
];

export function labelName(label: MetricLabel): string {
  return typeof label === 'string' ? label : label.name;
}
