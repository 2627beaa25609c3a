import type { Finding } from '../../finding';
import type { Explanation } from '../answer/explanation';
import { formatPeer } from '../answer/peer';
import { type AnalysisDialect, formatDialect } from '../dialect';
import type { ExplainJson } from './json-schema';
import { endData } from './reach-json';

/** For machines; see json-schema.ts. */
export function explainJson(
  { query, allowed, verdicts, omitted }: Explanation,
  about: { readonly dialect: AnalysisDialect; readonly findings: readonly Finding[] },
): string {
  const data: ExplainJson = {
    schemaVersion: 1,
    dialect: formatDialect(about.dialect),
    findings: about.findings,
    query: { from: formatPeer(query.from), to: formatPeer(query.to), port: query.port },
    allowed,
    verdicts: verdicts.map(({ from, to, segments, ...verdict }) => {
      return { from: endData(from), to: endData(to), connections: segments, ...verdict };
    }),
    omitted,
  };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}
