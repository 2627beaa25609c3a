import type { SkipKind } from '../../analysis/flow/skipped';
import { learnFromFlows } from './learn-flows';
import { type LearnOptions, learnFromLogs, type Unread } from './learn-logs';
import { Proposals } from './proposals';
import type { NoCall } from './read-log';
import type { NotProposed, WorkspaceProposal } from './sighting';

/** Where to learn from; `-` is standard input. */
export interface LearnSources {
  /** Portarium's logs, one JSON object to a line. */
  readonly logs?: readonly string[];
  /** Recordings of Hubble. */
  readonly flows?: readonly string[];
}

/** What workspaces were seen to use. It is a proposal: that something was used does not mean that it may be. */
export interface Learned {
  readonly workspaces: readonly WorkspaceProposal[];
  readonly notProposed: readonly NotProposed[];
  /** Sightings of further targets, beyond the most that are listed. */
  readonly unlisted: number;
  /** Lines of logs that tell of no call. */
  readonly unread: readonly Unread<NoCall>[];
  /** Lines of recordings that hold no flow to look at. */
  readonly skipped: readonly Unread<SkipKind>[];
}

/**
 * Proposes an allowlist for each workspace from what was seen: seed 000's audit before egress is denied by default.
 * @throws FindingsError if a file is not there
 * @example
 * const { workspaces } = await learn({ logs: ['portarium.log'] });
 */
export async function learn({ logs = [], flows = [] }: LearnSources, options: LearnOptions = {}): Promise<Learned> {
  const proposals = new Proposals();
  const unread = logs.length === 0 ? [] : await learnFromLogs(logs, proposals, options);
  const skipped = flows.length === 0 ? [] : await learnFromFlows(flows, proposals, options);
  return {
    workspaces: proposals.workspaces(),
    notProposed: proposals.notProposed(),
    unlisted: proposals.unlisted,
    unread,
    skipped: skipped.map(({ kind, count, first }) => ({ kind, count, first })),
  };
}
