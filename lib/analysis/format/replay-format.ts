import type { Replay } from '../replay/outcome';
import { replayJson } from './replay-json';
import { type ReplayTextOptions, replayText } from './replay-text';

/** One writer for each format; another format is one more line here. */
const WRITERS = {
  text: (replay: Replay, options: ReplayTextOptions) => replayText(replay, options),
  json: (replay: Replay) => [replayJson(replay)],
} satisfies Readonly<Record<string, (replay: Replay, options: ReplayTextOptions) => Iterable<string>>>;

/** How a replay can be written. */
export type ReplayFormat = keyof typeof WRITERS;

export const REPLAY_FORMATS = Object.keys(WRITERS) as readonly ReplayFormat[];

export function replayAs(format: ReplayFormat, replay: Replay, options: ReplayTextOptions): Iterable<string> {
  return WRITERS[format](replay, options);
}
