import type { Readable } from 'node:stream';
import { readFiles } from '../../analysis/flow/read-files';
import type { Proposals } from './proposals';
import { type NoCall, readLogLine } from './read-log';

/** Lines that tell of no call, of one kind. */
export interface Unread<Kind extends string> {
  readonly kind: Kind;
  readonly count: number;
  readonly first: { readonly file: string; readonly line: number };
}

export interface LearnOptions {
  /**
   * The one workspace to look at; what names none is taken for it.
   * @default - every workspace
   */
  readonly workspace?: string;
  /** Hears now and then how many bytes were read, and of how many; the total is 0 where nobody knows. */
  readonly onProgress?: (done: number, total: number) => void;
  /**
   * What `-` stands for.
   * @default process.stdin
   */
  readonly stdin?: Readable;
}

/** Calls that went through the control plane, by Portarium's own classification. */
const ROUTED = 'control-plane-routed';

/**
 * Learns from Portarium's logs: what the control plane called for a workspace is a system that it uses.
 * @returns what the lines are that tell of no call
 */
export async function learnFromLogs(
  files: readonly string[],
  proposals: Proposals,
  { workspace: only, ...options }: LearnOptions,
): Promise<readonly Unread<NoCall>[]> {
  const unread = new Map<NoCall, { count: number; first: Unread<NoCall>['first'] }>();
  await readFiles(
    files,
    (line, number, file) => {
      if (line?.trim() === '') return;
      const call = line === undefined ? 'too-long' : readLogLine(line);
      if (typeof call === 'string') {
        const known = unread.get(call);
        if (known === undefined) unread.set(call, { count: 1, first: { file, line: number } });
        else known.count++;
        return;
      }
      const { workspace = only, classification, target, time } = call;
      if (only !== undefined && workspace !== only) return;
      const seen = { count: 1, ...(time === undefined ? {} : { time }) };
      const where = {
        ...(workspace === undefined ? {} : { workspace }),
        target: target === undefined ? 'a URL without host and port' : `${target.host} TCP ${target.port}`,
      };
      if (classification !== ROUTED) {
        const reason = `the log calls it ${classification.slice(0, 100)}`;
        const fix = `only what went through the control plane (${ROUTED}) is proposed`;
        proposals.refuse({ ...where, reason, fix, ...seen });
      } else if (target === undefined) {
        const fix = 'look at the line in the log; URLs are not repeated here, since they may hold passwords';
        proposals.refuse({ ...where, reason: 'it names no host and port', fix, ...seen });
      } else if (workspace === undefined) {
        const fix = 'say which workspace the log is of with --workspace';
        proposals.refuse({ ...where, reason: 'the line names no workspace', fix, ...seen });
      } else proposals.add({ workspace, ...target, protocol: 'TCP', ...seen });
    },
    options,
  );
  return [...unread].map(([kind, rest]) => ({ kind, ...rest }));
}
