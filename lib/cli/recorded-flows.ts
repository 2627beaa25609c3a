import type { Command } from 'commander';
import { type FlowReport, isEmptyReport, reportFlows } from '../governance/flow-report/flow-report';
import { whileProgress } from './progress';

const MEGABYTE = 1_000_000;

/** Reads recordings, with progress on a terminal; ends as a mistake of usage if there is nothing in them. */
export async function recordedFlows(
  files: readonly string[],
  clusterDomain: string | undefined,
  command: Command,
): Promise<FlowReport> {
  const report = await whileProgress('reading', 'MB', (onProgress) =>
    reportFlows(files, {
      ...(clusterDomain === undefined ? {} : { clusterDomain }),
      onProgress: (done, total) => onProgress(Math.round(done / MEGABYTE), Math.round(total / MEGABYTE)),
    }),
  );
  if (isEmptyReport(report)) {
    command.error(`error: ${files.join(', ')} holds no flow to look at; record with hubble observe -o json`);
  }
  return report;
}
