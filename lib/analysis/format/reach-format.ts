import type { Analysis } from '../analysis';
import type { ReachPair, ReachQuery } from '../answer/reach-pair';
import { reachCsv } from './reach-csv';
import { diagramOf } from './reach-diagram';
import { reachDot } from './reach-dot';
import { reachJson } from './reach-json';
import { reachMermaid } from './reach-mermaid';
import { reachText } from './reach-text';

type Pairs = (alike: NonNullable<ReachQuery['alike']>) => Iterable<ReachPair>;

const WRITERS = {
  text: (pairs: Pairs) => reachText(pairs('each')),
  json: (pairs: Pairs, analysis: Analysis) => reachJson(pairs('each'), analysis),
  csv: (pairs: Pairs) => reachCsv(pairs('each')),
  dot: (pairs: Pairs) => reachDot(diagramOf(pairs('each'), () => pairs('together'))),
  mermaid: (pairs: Pairs) => reachMermaid(diagramOf(pairs('each'), () => pairs('together'))),
} satisfies Readonly<Record<string, (pairs: Pairs, analysis: Analysis) => Iterable<string>>>;

/** How reachability can be written. */
export type ReachFormat = keyof typeof WRITERS;

export const REACH_FORMATS = Object.keys(WRITERS) as readonly ReachFormat[];

/** Reachability as pieces of text, made as they are asked for. */
export function reachAs(format: ReachFormat, analysis: Analysis, pairs: Pairs): Iterable<string> {
  return WRITERS[format](pairs, analysis);
}
