import { findingCounts, type RunCounts } from './run-counts';

/**
 * Gives counts of a run to OpenTelemetry. Where they go is up to the SDK that the user registers
 * (`NODE_OPTIONS='--require …'`); without one they go nowhere, as the API says.
 * @see https://opentelemetry.io/docs/specs/otel/metrics/api/
 */
export async function recordCounts({ command, findings, flows }: RunCounts, version: string): Promise<void> {
  // Loaded only where somebody wants it.
  const { metrics } = await import('@opentelemetry/api');
  const meter = metrics.getMeter('portcullis', version);
  meter.createCounter('portcullis.runs', { description: 'Runs of the command.' }).add(1, { command });
  const found = meter.createCounter('portcullis.findings', { description: 'What runs found.' });
  for (const { count, rule, severity } of findingCounts(findings)) found.add(count, { command, rule, severity });
  if (flows !== undefined) {
    const counter = meter.createCounter('portcullis.egress.flows', {
      description: 'Flows that were to leave the cluster.',
    });
    counter.add(flows.allowed, { command, verdict: 'allowed' });
    counter.add(flows.blocked, { command, verdict: 'blocked' });
  }
  await flush(metrics.getMeterProvider());
}

/** A command ends before a periodic reader reads. The API knows no flush; the SDK's provider does. */
async function flush(provider: object): Promise<void> {
  if ('forceFlush' in provider && typeof provider.forceFlush === 'function') await provider.forceFlush();
}
