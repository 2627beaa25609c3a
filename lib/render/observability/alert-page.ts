import { type Alert, type LeftOutAlert, metricsOf } from './alert';

/**
 * ALERTS.md: what each alert means and what to do, what the exporters have to be told, and what nobody watches. A
 * published copy of it is where `runbook_url` leads.
 */
export function* alertPage(alerts: readonly Alert[], leftOut: readonly LeftOutAlert[]): Generator<string> {
  yield '# Alerts\n\n| Alert | Severity | Fires | Says |\n|---|---|---|---|\n';
  for (const alert of alerts) {
    yield `| [${alert.name}](#${alert.name.toLowerCase()}) | ${alert.severity} | ${wait(alert)} | ${alert.summary} |\n`;
  }
  yield '\nA counter that Prometheus has not seen before counts as a whole, or the first event of each kind would be missed. So after a new Prometheus has started, alerts over counters may fire once for what happened before.\n';
  yield* requirements(alerts);
  yield* missing(leftOut);
  for (const alert of alerts) yield* section(alert);
}

function wait({ for: time }: Alert): string {
  return time === undefined ? 'at once' : `after ${time}`;
}

/** What each exporter has to be told so that the alerts have data. */
function* requirements(alerts: readonly Alert[]): Generator<string> {
  yield '\n## What has to be exported\n\n| Metric | By | Needs |\n|---|---|---|\n';
  for (const { name, exporter, enabledBy = 'nothing further' } of metricsOf(alerts)) {
    if (exporter !== 'portcullis') yield `| \`${name}\` | ${exporter} | ${enabledBy.replaceAll('|', '\\|')} |\n`;
  }
}

function* missing(leftOut: readonly LeftOutAlert[]): Generator<string> {
  if (leftOut.length === 0) return;
  yield '\n## What there is no alert for here\n\n| Alert | Why | What would bring it |\n|---|---|---|\n';
  for (const { name, reason, fix } of leftOut) yield `| ${name} | ${reason} | ${fix} |\n`;
}

function* section(alert: Alert): Generator<string> {
  yield `\n## ${alert.name}\n\n**${alert.severity}**, ${wait(alert)}: ${alert.summary}.\n\n${alert.meaning}\n\n`;
  yield* alert.response.map((step, index) => `${index + 1}. ${step}\n`);
  yield `\n\`\`\`promql\n${alert.expr}\n\`\`\`\n`;
}
