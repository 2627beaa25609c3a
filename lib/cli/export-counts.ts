import { Option } from 'commander';
import { printable } from '../finding';
import { recordCounts } from '../governance/counts/open-telemetry';
import { prometheusText } from '../governance/counts/prometheus';
import type { RunCounts } from '../governance/counts/run-counts';
import { EGRESS_VARIABLES } from '../model/egress-settings';
import { replaceFile } from './replace-file';
import { packageVersion } from './version';

/** What commands that count take. */
export interface MetricsFlags {
  readonly metricsOut?: string;
}

/** Where counts go that EGRESS_PROM_ENABLE asks for, and no option says where. */
export const METRICS_FILE = 'egress-metrics.prom';

export function metricsOption(): Option {
  return new Option(
    '--metrics-out <file>',
    `write the counts of the run for Prometheus, as node_exporter's textfile collector reads them (default: ${METRICS_FILE} where ${EGRESS_VARIABLES.prometheus}=1)`,
  );
}

/** Which ways counts go; by default what the variables of the process say. */
export interface CountsTargets {
  readonly openTelemetry: boolean;
  readonly prometheus: boolean;
}

/**
 * Hands the counts of a run to those who asked for them. Comes last, when the exit code is known.
 * @throws FindingsError if the file cannot be written
 */
export async function exportCounts(
  counts: RunCounts,
  { metricsOut }: MetricsFlags,
  { openTelemetry, prometheus }: CountsTargets = {
    openTelemetry: process.env[EGRESS_VARIABLES.openTelemetry] === '1',
    prometheus: process.env[EGRESS_VARIABLES.prometheus] === '1',
  },
): Promise<void> {
  if (openTelemetry) await recordCounts(counts, packageVersion()).catch(noteLost);
  const file = metricsOut ?? (prometheus ? METRICS_FILE : undefined);
  if (file === undefined) return;
  const succeeded = Number(process.exitCode ?? 0) === 0;
  const text = await prometheusText(counts, { succeeded, seconds: Math.floor(Date.now() / 1000) });
  replaceFile(file, text, 'the file of metrics');
}

/** A collector that is away does not change what was found. */
function noteLost(error: unknown): void {
  const reason = printable(error instanceof Error ? error.message : String(error));
  process.stderr.write(`note: the counts did not get to OpenTelemetry: ${reason}\n`);
}
