import { Construct } from 'constructs';
import { type Finding, InvalidValueError, type Problem } from '../../finding';
import { dnsLabelProblem } from '../../model/name';
import { type Alert, alertRule, type LeftOutAlert } from '../../render/observability/alert';
import { checkAlert, untested } from '../../render/observability/alert-check';
import { alertPage } from '../../render/observability/alert-page';
import { alertsOf } from '../../render/observability/all-alerts';
import { CATALOGUE } from '../../render/observability/catalogue/catalogue';
import { dashboard } from '../../render/observability/dashboard/dashboard';
import { panelsOf } from '../../render/observability/dashboard/panels';
import type { Metric } from '../../render/observability/metric';
import type { MonitoredPlatform } from '../../render/observability/monitored';
import { infoGroupCount, infoRules, totalRules } from '../../render/observability/recording-rules';
import type { RuleGroup } from '../../render/observability/rule';
import { ruleTestFile } from '../../render/observability/rule-test';
import { runbookUrlProblem } from '../../render/observability/runbook-url';
import { ManifestDocument } from '../../synth/manifest-document';
import { ManifestObject } from '../../synth/manifest-object';
import { emitDocument } from '../../synth/yaml';
import type { PortariumIdentity } from './identity';
import { monitored } from './monitored';
import type { PortariumObservability } from './observability-settings';
import type { Portarium } from './portarium';
import { letPrometheusIn } from './scraping';

const DASHBOARD = { uid: 'portarium-enforcement', title: 'Portarium enforcement', tags: ['portarium', 'portcullis'] };
const PICKED_BY_GRAFANA = { grafana_dashboard: '1' };

/**
 * Watches what Portarium enforces: rules for Prometheus with their tests, ALERTS.md, and a dashboard. Comes last: the
 * alerts are those of what has been declared by then. What is said about workspaces is rendered late.
 */
export class PortariumMonitoring extends Construct {
  private readonly groups: readonly LateGroup[];

  constructor(
    private readonly portarium: Portarium,
    private readonly settings: PortariumObservability,
    identity: PortariumIdentity | undefined,
  ) {
    super(portarium, 'monitoring');
    const problem = problemOf(settings);
    if (problem !== undefined) throw new InvalidValueError(problem, portarium.node.path);
    const platform = () => monitored(portarium, settings, identity);
    const declared = platform();
    const { alerts: known, leftOut } = alertsOf(declared);
    const { alerts: own = [], metrics = [] } = settings;
    const alerts = [...known, ...own];
    const count = infoGroupCount(declared);
    this.groups = [
      ...Array.from({ length: count }, (_, number) => ({
        name: `portarium-workspaces-${number + 1}`,
        rules: () => infoRules(platform(), number, count),
      })),
      { name: 'portarium-totals', rules: () => totalRules(declared) },
      { name: 'portarium-alerts', rules: () => alerts.map((alert) => alertRule(alert, settings.runbookUrl)) },
    ];
    letPrometheusIn(this, portarium, settings, identity !== undefined);
    this.writeRules();
    this.writeTests(alerts);
    this.writeDashboard(declared);
    this.document('page', 'ALERTS.md', () => alertPage(alerts, leftOut));
    portarium.addFindings(() => blindSpots(portarium, leftOut));
    // Those that are known here have been checked before; the checker takes a while to load.
    if (own.length > 0) portarium.addFindings(() => ownFaults(this, own, settings.runbookUrl, metrics));
  }

  /** As objects for the Prometheus operator, and as a file for a Prometheus without. */
  private writeRules(): void {
    for (const group of this.groups) {
      const { name } = group;
      new ManifestObject(this, name, {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PrometheusRule',
        name,
        ...this.placed('alerts/rules.yaml'),
        ...(this.settings.ruleLabels === undefined ? {} : { labels: this.settings.ruleLabels }),
        render: () => ({ spec: { groups: [rendered(group)] } }),
      });
    }
    this.document('rules', 'alerts/portarium.rules', () => [emitDocument({ groups: this.groups.map(rendered) })]);
  }

  private writeTests(alerts: readonly Alert[]): void {
    const { runbookUrl } = this.settings;
    const options = { ruleFile: '../portarium.rules', groups: this.groups.map(({ name }) => name), runbookUrl };
    for (const alert of alerts) {
      this.document(`test-${alert.name}`, `alerts/tests/${alert.name}.test`, () => [
        emitDocument(ruleTestFile(alert, options)),
      ]);
    }
  }

  private writeDashboard(platform: MonitoredPlatform): void {
    const { dashboardLabels = PICKED_BY_GRAFANA } = this.settings;
    const render = () => `${JSON.stringify(dashboard(panelsOf(platform), DASHBOARD), undefined, 2)}\n`;
    this.document('dashboard', 'dashboards/portarium.json', () => [render()]);
    new ManifestObject(this, 'dashboard-config', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'portarium-dashboard',
      ...this.placed('dashboards/portarium.yaml'),
      labels: dashboardLabels,
      fields: ['data'],
      render: () => ({ data: { 'portarium.json': render() } }),
    });
  }

  private placed(file: string): { readonly namespace: string; readonly file: string } {
    return { namespace: this.settings.namespace ?? 'monitoring', file: this.portarium.file(file) };
  }

  private document(id: string, file: string, render: () => Iterable<string>): void {
    new ManifestDocument(this, id, { file: this.portarium.file(file), render });
  }
}

/** A group whose rules are rendered when they are asked for; also the name of its object. */
interface LateGroup {
  readonly name: string;
  readonly rules: () => RuleGroup['rules'];
}

function rendered({ name, rules }: LateGroup): RuleGroup {
  return { name, rules: rules() };
}

/** What keeps the settings from standing in expressions and addresses. */
function problemOf({ runbookUrl, namespace, kyverno, opa, drift }: PortariumObservability): Problem | undefined {
  const names = [
    namespace,
    kyverno?.namespace,
    kyverno?.name,
    opa?.namespace,
    opa?.name,
    drift?.namespace,
    drift?.name,
  ];
  const problems = names.flatMap((name) => (name === undefined ? [] : (dnsLabelProblem(name, 'name') ?? [])));
  return runbookUrlProblem(runbookUrl) ?? problems[0];
}

/** What is wrong with alerts that somebody added. */
function ownFaults(
  { node }: Construct,
  alerts: readonly Alert[],
  runbookUrl: string,
  metrics: readonly Metric[],
): readonly Finding[] {
  const catalogue = CATALOGUE.with(metrics);
  return alerts.flatMap((alert) =>
    [...checkAlert(alertRule(alert, runbookUrl), catalogue), ...untested(alert)].map(
      ({ rule, message, fix }): Finding => ({
        rule,
        severity: 'error',
        where: { construct: node.path },
        message: `${alert.name}: ${message}`,
        fix,
      }),
    ),
  );
}

/** What goes on unwatched, one note for each reason. */
function blindSpots(portarium: Portarium, leftOut: readonly LeftOutAlert[]): readonly Finding[] {
  const byReason = new Map<string, LeftOutAlert[]>();
  for (const alert of leftOut.filter(({ blind }) => blind)) {
    byReason.set(alert.reason, [...(byReason.get(alert.reason) ?? []), alert]);
  }
  return [...byReason].map(([reason, alerts]) => ({
    rule: 'alert-left-out',
    severity: 'info',
    where: { construct: portarium.node.path },
    message: `${reason}, so that there is no alert ${alerts.map(({ name }) => name).join(' or ')}`,
    fix: alerts[0]?.fix ?? '',
  }));
}
