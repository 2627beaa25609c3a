import { findingCounts, type RunCounts } from './run-counts';

/**
 * Counts of a run in Prometheus's text format, for the textfile collector of node_exporter. A file holds one run, so
 * that a run without findings takes those of the last one away.
 * @see https://github.com/prometheus/node_exporter#textfile-collector
 */
export async function prometheusText(
  { command, findings, flows }: RunCounts,
  { succeeded, seconds }: { readonly succeeded: boolean /** Since 1970, in UTC. */; readonly seconds: number },
): Promise<string> {
  // Loaded only where somebody wants a file.
  const { Counter, Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: readonly string[] = ['command']) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers });
  gauge('portcullis_run_timestamp_seconds', 'When the last run ended.').set({ command }, seconds);
  gauge('portcullis_run_success', '1 if the last run found nothing that makes it fail.').set(
    { command },
    succeeded ? 1 : 0,
  );
  const found = gauge('portcullis_findings', 'What the last run found.', ['command', 'rule', 'severity']);
  for (const { count, ...labels } of findingCounts(findings)) found.set({ command, ...labels }, count);
  if (flows !== undefined) {
    const counter = (name: string, help: string, value: number) =>
      new Counter({ name, help, labelNames: ['command'], registers }).inc({ command }, value);
    counter('portcullis_egress_allowed_total', 'Flows of the recording that left the cluster.', flows.allowed);
    counter('portcullis_egress_blocked_total', 'Flows of the recording that were blocked.', flows.blocked);
  }
  return registry.metrics();
}
