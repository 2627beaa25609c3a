import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Analysis } from '../../../../lib/analysis/analysis';
import type { AnalysisDialect } from '../../../../lib/analysis/dialect';
import { cluster, queries } from '../naive/arbitrary';
import { analysed, verdictOf } from './compare';

const DIALECTS: readonly AnalysisDialect[] = [{ kind: 'kubernetes' }, { kind: 'cilium', version: '1.19' }];

/** Enough for sets of a few ends, which clusters of a test hold, to be lists. */
const BYSTANDERS = Array.from({ length: 2000 }, (_, index) => `2001:db8:ffff::${(2 * index).toString(16)}`);

/** Pairs for which a row says something else than the connection between its two ends. */
function contradictions({ graph, universe }: Analysis, from: number): readonly number[] {
  const row = new Map<number, number>();
  for (const { ends, connection } of graph.row(from)) for (const to of ends) row.set(to, connection.id);
  return universe.ends.flatMap((_, to) => {
    const connection = graph.between(from, to);
    return row.get(to) === (connection.segments.length === 0 ? undefined : connection.id) ? [] : [to];
  });
}

test.each(DIALECTS)(
  'answers do not depend on how many ends there are besides, in %j',
  (dialect) => {
    fc.assert(
      fc.property(cluster(dialect), (manifests) => {
        const asked = queries(manifests);
        const [small, large] = [analysed(manifests, dialect, asked), analysed(manifests, dialect, asked, BYSTANDERS)];
        expect(large.universe.size).toBeGreaterThan(small.universe.size + 1000);
        const differing = asked.filter(
          (query) => JSON.stringify(verdictOf(small, query)) !== JSON.stringify(verdictOf(large, query)),
        );
        expect(differing).toEqual([]);
        for (const from of [...large.universe.pods, large.universe.size - 1]) {
          expect(contradictions(large, from)).toEqual([]);
        }
      }),
      { numRuns: Number(process.env.NUM_RUNS ?? 8) },
    );
  },
  600_000,
);
