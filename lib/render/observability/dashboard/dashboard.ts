import type { Dashboard, DataSourceRef, PanelBuilder, ReduceDataOptionsBuilder } from './grafana';
import { grafana } from './grafana';
import type { PanelModel } from './panels';

export interface DashboardOptions {
  /** Stays the same when the title changes; in the address of the dashboard. */
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
}

/** Half of the width of Grafana's grid. */
const WIDTH = 12;
const HEIGHT = 8;
/** The Prometheus that its reader picks, by default the one that Grafana takes by default. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own
const DATASOURCE: DataSourceRef = { type: 'prometheus', uid: '${datasource}' };

/** The panels as a dashboard of Grafana. */
export function dashboard(panels: readonly PanelModel[], { uid, title, tags }: DashboardOptions): Dashboard {
  const { DashboardBuilder, DatasourceVariableBuilder } = grafana().dashboard;
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .tags([...tags])
    .refresh('1m')
    .time({ from: 'now-6h', to: 'now' })
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'));
  for (const [index, model] of panels.entries()) builder.withPanel(panel(model, index + 1));
  return builder.build();
}

function panel(model: PanelModel, id: number): PanelBuilder {
  const { title, description, unit, queries, kind } = model;
  const builder: PanelBuilder = new (grafana()[kind].PanelBuilder)();
  builder.id(id).title(title).description(description).unit(unit).datasource(DATASOURCE).span(WIDTH).height(HEIGHT);
  const { DataqueryBuilder, PromQueryFormat } = grafana().prometheus;
  for (const [index, { expr, legend }] of queries.entries()) {
    const query = new DataqueryBuilder()
      .refId(String.fromCharCode(65 + index))
      .expr(expr)
      .legendFormat(legend);
    if (kind === 'table') query.instant().format(PromQueryFormat.Table);
    else if (kind === 'stat') query.instant();
    else query.range();
    builder.withTarget(query.datasource(DATASOURCE));
  }
  if ('reduceOptions' in builder) builder.reduceOptions(lastValue());
  const { thresholds } = model;
  if (thresholds !== undefined) colour(builder, thresholds);
  // The time and the value of an info series say nothing.
  if (kind === 'table') builder.withTransformation({ id: 'organize', options: { excludeByName: { Time: true } } });
  return builder;
}

/** Of a query that has one value anyway; without it a stat stays empty. */
function lastValue(): ReduceDataOptionsBuilder {
  const { ReduceDataOptionsBuilder: Builder } = grafana().common;
  return new Builder().calcs(['lastNotNull']);
}

function colour(builder: PanelBuilder, thresholds: NonNullable<PanelModel['thresholds']>): void {
  const { ThresholdsConfigBuilder, ThresholdsMode } = grafana().dashboard;
  const { yellow, red, lessIsWorse = false } = thresholds;
  const middle = yellow === undefined ? [] : [yellow];
  // Each colour holds from its value on; what comes first holds below.
  const steps = lessIsWorse
    ? [
        { color: 'red', value: null },
        ...middle.map(() => ({ color: 'yellow', value: red })),
        { color: 'green', value: yellow ?? red },
      ]
    : [
        { color: 'green', value: null },
        ...middle.map((value) => ({ color: 'yellow', value })),
        { color: 'red', value: red },
      ];
  builder.thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps));
}
