import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { afterEach, describe, expect, test } from 'vitest';
import type { Finding } from '../../../../lib/finding';
import { recordCounts } from '../../../../lib/governance/counts/open-telemetry';
import { prometheusText } from '../../../../lib/governance/counts/prometheus';
import { findingCounts, type RunCounts } from '../../../../lib/governance/counts/run-counts';

const found = (rule: string, severity: Finding['severity']): Finding => ({
  rule,
  severity,
  where: { file: 'prod.yaml' },
  message: 'm',
  fix: 'f',
});
const COUNTS: RunCounts = {
  command: 'policy',
  findings: [found('egress-blocked', 'warning'), found('a-rule', 'error'), found('egress-blocked', 'warning')],
  flows: { allowed: 6, blocked: 2 },
};

test('findings are counted by rule and severity', () => {
  expect(findingCounts(COUNTS.findings)).toEqual([
    { rule: 'a-rule', severity: 'error', count: 1 },
    { rule: 'egress-blocked', severity: 'warning', count: 2 },
  ]);
});

describe('Prometheus', () => {
  test('gets a textfile', async () => {
    const text = await prometheusText(COUNTS, { succeeded: false, seconds: 1_700_000_000 });
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
      'portcullis_run_timestamp_seconds{command="policy"} 1700000000',
      'portcullis_run_success{command="policy"} 0',
      'portcullis_findings{command="policy",rule="a-rule",severity="error"} 1',
      'portcullis_findings{command="policy",rule="egress-blocked",severity="warning"} 2',
      'portcullis_egress_allowed_total{command="policy"} 6',
      'portcullis_egress_blocked_total{command="policy"} 2',
    ]);
    expect(text.endsWith('\n')).toBe(true);
  });

  test('gets no counts of flows from a command that looks at none', async () => {
    const { flows: _, ...counts } = COUNTS;
    const text = await prometheusText(counts, { succeeded: true, seconds: 1 });
    expect(text).toContain('portcullis_run_success{command="policy"} 1');
    expect(text).not.toContain('egress_allowed');
  });

  test('gets each run alone', async () => {
    await prometheusText(COUNTS, { succeeded: true, seconds: 1 });
    expect(await prometheusText({ command: 'check', findings: [] }, { succeeded: true, seconds: 1 })).not.toContain(
      'policy',
    );
  });
});

describe('OpenTelemetry', () => {
  afterEach(() => metrics.disable());

  test('gets counts through whatever SDK is registered, and at once', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    // An hour: nothing arrives unless it is flushed.
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ readers: [reader] });
    metrics.setGlobalMeterProvider(provider);
    await recordCounts(COUNTS, '1.2.3');
    const [scope] = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
    expect(scope?.scope).toMatchObject({ name: 'portcullis', version: '1.2.3' });
    const points = scope?.metrics.map(({ descriptor, dataPoints }) => [
      descriptor.name,
      dataPoints.map(({ attributes, value }) => ({ ...attributes, value })),
    ]);
    expect(points).toEqual([
      ['portcullis.runs', [{ command: 'policy', value: 1 }]],
      [
        'portcullis.findings',
        [
          { command: 'policy', rule: 'a-rule', severity: 'error', value: 1 },
          { command: 'policy', rule: 'egress-blocked', severity: 'warning', value: 2 },
        ],
      ],
      [
        'portcullis.egress.flows',
        [
          { command: 'policy', verdict: 'allowed', value: 6 },
          { command: 'policy', verdict: 'blocked', value: 2 },
        ],
      ],
    ]);
    await provider.shutdown();
  });

  test('without an SDK, nothing happens', async () => {
    await expect(recordCounts(COUNTS, '1.2.3')).resolves.toBeUndefined();
  });
});
