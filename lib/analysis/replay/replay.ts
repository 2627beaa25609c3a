import type { Readable } from 'node:stream';
import { type AnalysisDialect, dialectFor, parseDialect } from '../dialect';
import { readFlows } from '../flow/read-flows';
import type { Manifests } from '../load/manifests';
import { Judge } from './judge';
import type { Replay } from './outcome';
import { FlowSums } from './pending-flows';
import { ReplayGroups } from './replay-groups';

export interface ReplayOptions {
  /**
   * What enforces the manifests.
   * @default - the manifests' version of Cilium, else Cilium 1.19: only where Cilium runs does Hubble record
   */
  readonly dialect?: AnalysisDialect;
  /**
   * Most groups to list of those that would not pass, and as many of the others; the rest is counted.
   * @default 10000
   */
  readonly limit?: number;
  /** Hears now and then how many bytes were read, and of how many; the total is 0 where nobody knows. */
  readonly onProgress?: (done: number, total: number) => void;
  /**
   * What `-` stands for.
   * @default process.stdin
   */
  readonly stdin?: Readable;
}

/** Flows that differ are judged when so many are together, or at the end. */
const PENDING = 20_000;
const LIMIT = 10_000;

/**
 * Judges recorded flows of Hubble by manifests: what passes, what would be denied and by which missing rule, which
 * requests would be refused, what would need authentication. Memory grows with the kinds of flows and not with their
 * number, up to the limits.
 * @param files recordings of `hubble observe -o json` or of Hubble's exporter; `-` is standard input
 * @throws FindingsError if a recording is not there
 * @example
 * const { totals } = await replay(loadManifests(['dist/manifests/prod']), ['flows.json']);
 */
export async function replay(
  manifests: Manifests,
  files: readonly string[],
  options: ReplayOptions = {},
): Promise<Replay> {
  const { limit = LIMIT, onProgress, stdin } = options;
  const dialect = options.dialect ?? recordedDialect(manifests);
  const judge = new Judge(manifests, dialect);
  const { findings } = judge.analysis;
  const sums = new FlowSums();
  const groups = new ReplayGroups(limit);
  const settle = () => {
    for (const [flows, judgement] of judge.judge(sums.take())) groups.add(flows, judgement);
  };
  const recording = await readFlows(files, {
    onFlow: (flow) => {
      sums.add(flow);
      if (sums.size >= PENDING) settle();
    },
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(stdin === undefined ? {} : { stdin }),
  });
  settle();
  const listed = groups.list();
  const { totals, unlisted, first, last } = groups;
  return {
    dialect,
    findings,
    groups: listed,
    totals,
    unlisted,
    recording,
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
  };
}

function recordedDialect(manifests: Manifests): AnalysisDialect {
  const dialect = dialectFor(manifests);
  return dialect.kind === 'cilium' ? dialect : parseDialect('cilium');
}
