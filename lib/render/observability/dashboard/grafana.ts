type CommonModule = typeof import('@grafana/grafana-foundation-sdk/common');
type DashboardModule = typeof import('@grafana/grafana-foundation-sdk/dashboard');
type PrometheusModule = typeof import('@grafana/grafana-foundation-sdk/prometheus');
type StatModule = typeof import('@grafana/grafana-foundation-sdk/stat');
type TableModule = typeof import('@grafana/grafana-foundation-sdk/table');
type TimeseriesModule = typeof import('@grafana/grafana-foundation-sdk/timeseries');

export type Dashboard = import('@grafana/grafana-foundation-sdk/dashboard').Dashboard;
export type DataSourceRef = import('@grafana/grafana-foundation-sdk/common').DataSourceRef;
export type ReduceDataOptionsBuilder = InstanceType<CommonModule['ReduceDataOptionsBuilder']>;
export type PanelBuilder = InstanceType<(StatModule | TableModule | TimeseriesModule)['PanelBuilder']>;

interface Grafana {
  readonly common: CommonModule;
  readonly dashboard: DashboardModule;
  readonly prometheus: PrometheusModule;
  readonly stat: StatModule;
  readonly table: TableModule;
  readonly timeseries: TimeseriesModule;
}

/** The SDK of Grafana; only those who render a dashboard wait for it to load. */
export function grafana(): Grafana {
  return {
    common: require('@grafana/grafana-foundation-sdk/common') as CommonModule,
    dashboard: require('@grafana/grafana-foundation-sdk/dashboard') as DashboardModule,
    prometheus: require('@grafana/grafana-foundation-sdk/prometheus') as PrometheusModule,
    stat: require('@grafana/grafana-foundation-sdk/stat') as StatModule,
    table: require('@grafana/grafana-foundation-sdk/table') as TableModule,
    timeseries: require('@grafana/grafana-foundation-sdk/timeseries') as TimeseriesModule,
  };
}
