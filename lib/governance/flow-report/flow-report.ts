import type { ReadFilesOptions } from '../../analysis/flow/read-files';
import { readFlows } from '../../analysis/flow/read-flows';
import type { Skipped } from '../../analysis/flow/skipped';
import { DEFAULT_CLUSTER } from '../../model/cluster';
import { EgressCounts, type HostCounts } from './egress-counts';
import { type EgressEvent, egressEvent } from './egress-event';

/** What pods asked of the world outside the cluster, as Hubble recorded it. */
export interface FlowReport {
  /** Numbers of flows. */
  readonly allowed: number;
  readonly blocked: number;
  readonly hosts: readonly HostCounts[];
  /** The newest first. */
  readonly recent: readonly EgressEvent[];
  /** Flows to further hosts than are listed. */
  readonly unlisted: { readonly allowed: number; readonly blocked: number };
  /** Flows that are about nothing outside, such as those between pods. */
  readonly inside: number;
  /** Lines that hold no flow to look at. */
  readonly skipped: readonly Skipped[];
}

export interface FlowReportOptions extends ReadFilesOptions {
  /**
   * Suffix of Service names in the cluster.
   * @default cluster.local
   */
  readonly clusterDomain?: string;
}

/**
 * Counts what recorded flows of Hubble say about hosts outside the cluster: what got there, and what was blocked.
 * Memory does not grow with the number of flows.
 * @param files recordings of `hubble observe -o json` or of Hubble's exporter; `-` is standard input
 * @throws FindingsError if a recording is not there
 * @example
 * const { blocked, hosts } = await reportFlows(['flows.json']);
 */
export async function reportFlows(
  files: readonly string[],
  { clusterDomain = DEFAULT_CLUSTER.domain, ...options }: FlowReportOptions = {},
): Promise<FlowReport> {
  const counts = new EgressCounts();
  let inside = 0;
  const { skipped } = await readFlows(files, {
    ...options,
    onFlow: (flow) => {
      const event = egressEvent(flow, clusterDomain);
      if (event === undefined) inside += flow.count;
      else counts.add(event);
    },
  });
  const { totals, unlisted } = counts;
  return { ...totals, hosts: counts.list(), recent: counts.recent(), unlisted, inside, skipped };
}

/** A recording without flows proves nothing, least of all that nothing was blocked. */
export function isEmptyReport({ allowed, blocked, inside }: FlowReport): boolean {
  return allowed + blocked + inside === 0;
}
