import type { Finding } from '../../finding';
import type { ReachEnd } from '../answer/reach-end';
import type { ReachPair } from '../answer/reach-pair';
import type { AnalysisDialect } from '../dialect';
import { formatDialect } from '../dialect';
import type { ReachJson } from './json-schema';

/** For machines, one pair to a line; see json-schema.ts. */
export function* reachJson(
  pairs: Iterable<ReachPair>,
  about: { readonly dialect: AnalysisDialect; readonly findings: readonly Finding[] },
): Generator<string> {
  yield `{\n"schemaVersion": 1,\n"dialect": ${JSON.stringify(formatDialect(about.dialect))},\n"findings": ${JSON.stringify(about.findings)},\n"pairs": [`;
  let separator = '\n';
  for (const { from, to, segments, resolvable, grants } of pairs) {
    const pair: ReachJson['pairs'][number] = {
      from: endData(from),
      to: endData(to),
      connections: segments,
      resolvable,
      grants,
    };
    yield separator + JSON.stringify(pair);
    separator = ',\n';
  }
  yield '\n]\n}\n';
}

/** An end without what is only for people. */
export function endData(end: ReachEnd): ReachJson['pairs'][number]['from'] {
  const { label: _, ...data } = end;
  return data;
}
