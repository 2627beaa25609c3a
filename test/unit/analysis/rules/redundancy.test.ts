import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Analysis, analyse } from '../../../../lib/analysis/analysis';
import type { AnalysisDialect } from '../../../../lib/analysis/dialect';
import { ReachGraph } from '../../../../lib/analysis/graph/graph';
import { redundantRules } from '../../../../lib/analysis/rules/redundancy';
import type { End } from '../../../../lib/analysis/universe/end';
import { cluster } from '../naive/arbitrary';

const DIALECTS: readonly AnalysisDialect[] = [
  { kind: 'kubernetes' },
  { kind: 'cilium', version: '1.18' },
  { kind: 'cilium', version: '1.19' },
  { kind: 'cilium', version: '1.21' },
];

/** Pods on the host's network and the API server may be several things, of which a deny may mean one. */
function isCertain(end: End | undefined): boolean {
  if (end?.kind === 'pods') return end.workloads.every(({ hostNetwork }) => !hostNetwork);
  return end?.kind !== 'entity' || end.entity !== 'kube-apiserver';
}

/** What every pair of ends may do, with how many lists requests have to be on; authentication left out. */
function reach({ universe }: Analysis, graph: ReachGraph): readonly string[] {
  const found: string[] = [];
  const certain = universe.ends.flatMap((end, index) => (isCertain(end) ? [index] : []));
  for (const from of certain) {
    for (const to of certain) {
      const ranges: { key: string; first: number; last: number }[] = [];
      for (const { protocol, first, last, l7 } of graph.between(from, to).segments) {
        const key = `${from} ${to} ${protocol} ${l7.length}`;
        const before = ranges.at(-1);
        if (before?.key === key && before.last + 1 === first) before.last = last;
        else ranges.push({ key, first, last });
      }
      found.push(...ranges.map(({ key, first, last }) => `${key} ${first}-${last}`));
    }
  }
  return found.sort();
}

/** More of them find rarer differences: `NUM_RUNS=500 npx vitest run test/unit/analysis/rules/redundancy.test.ts`. */
const OPTIONS = { numRuns: Number(process.env.NUM_RUNS ?? 25) };

describe.each(DIALECTS)('for %j', (dialect) => {
  test('without all redundant rules together, everything is as it was', () => {
    fc.assert(
      fc.property(cluster(dialect), (manifests) => {
        const analysis = analyse(manifests, { dialect });
        const removed = new Set(redundantRules(analysis).map(({ rule }) => rule.rule));
        const policies = analysis.policies.map((policy) => ({
          ...policy,
          parts: policy.parts.map((part) => ({ ...part, rules: part.rules.filter((rule) => !removed.has(rule)) })),
        }));
        const without = new ReachGraph(analysis.universe, policies, dialect);
        expect(reach(analysis, without)).toEqual(reach(analysis, analysis.graph));
      }),
      OPTIONS,
    );
  }, 600_000);
});

test('the generated clusters have redundant rules to remove', () => {
  const samples = fc.sample(cluster({ kind: 'cilium', version: '1.19' }), { numRuns: 50, seed: 1 });
  const counts = samples.map((manifests) => redundantRules(analyse(manifests)).length);
  expect(counts.filter((count) => count > 0).length).toBeGreaterThan(5);
});
