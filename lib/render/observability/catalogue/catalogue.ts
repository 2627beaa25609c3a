import { labelName, type Metric, type MetricLabel, TARGET_LABELS } from '../metric';
import { CILIUM_AGENT } from './cilium-agent';
import { ENVOY } from './envoy';
import { HUBBLE } from './hubble';
import { KUBE_APISERVER } from './kube-apiserver';
import { KUBE_STATE_METRICS } from './kube-state-metrics';
import { KYVERNO } from './kyverno';
import { OPA } from './opa';
import { PORTARIUM } from './portarium';
import { PROMETHEUS } from './prometheus';
import { RECORDED } from './recorded';
import { SPIRE } from './spire';

/** A time series as an expression names it: a metric, or one of the series of a histogram or summary. */
export interface Series {
  readonly metric: Metric;
  readonly type: 'counter' | 'gauge';
  /** The metric's labels with those of the scrape. */
  readonly labels: readonly MetricLabel[];
}

/** Every metric that our own alerts, rules and panels may use. */
export const METRICS: readonly Metric[] = [
  ...CILIUM_AGENT,
  ...HUBBLE,
  ...ENVOY,
  ...SPIRE,
  ...PORTARIUM,
  ...KYVERNO,
  ...OPA,
  ...KUBE_STATE_METRICS,
  ...KUBE_APISERVER,
  ...PROMETHEUS,
  ...RECORDED,
];

/** Looks up series by name. */
export class Catalogue {
  private readonly series = new Map<string, Series>();

  constructor(readonly metrics: readonly Metric[]) {
    for (const metric of metrics) {
      for (const [name, series] of seriesOf(metric)) this.series.set(name, series);
    }
  }

  /** The catalogue with metrics of one's own. */
  with(metrics: readonly Metric[]): Catalogue {
    return metrics.length === 0 ? this : new Catalogue([...this.metrics, ...metrics]);
  }

  find(name: string): Series | undefined {
    return this.series.get(name);
  }

  get names(): readonly string[] {
    return [...this.series.keys()];
  }
}

/**
 * The series that Prometheus stores for a metric.
 * @see https://prometheus.io/docs/concepts/metric_types/
 */
function seriesOf(metric: Metric): readonly (readonly [string, Series])[] {
  const { name, type } = metric;
  // A recorded series keeps only the labels that its rule keeps.
  const scraped = metric.exporter === 'portcullis' ? [] : TARGET_LABELS;
  const own = metric.labels.map(labelName);
  const labels = [...metric.labels, ...scraped.filter((label) => !own.includes(label))];
  const of = (suffix: string, further: readonly string[], seriesType: Series['type']) =>
    [`${name}${suffix}`, { metric, type: seriesType, labels: [...labels, ...further] }] as const;
  if (type === 'counter' || type === 'gauge') return [of('', [], type)];
  const totals = [of('_sum', [], 'counter'), of('_count', [], 'counter')];
  if (type === 'histogram') return [of('_bucket', ['le'], 'counter'), ...totals];
  return [of('', ['quantile'], 'gauge'), ...totals];
}

export const CATALOGUE = new Catalogue(METRICS);
