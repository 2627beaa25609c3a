import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnalysisDialect } from '../../../../lib/analysis/dialect';
import type { Manifests } from '../../../../lib/analysis/load/manifests';
import { cluster, queries } from '../naive/arbitrary';
import { type End, evaluate, type Query, type Verdict } from '../naive/evaluate';
import { analysed, verdictOf } from './compare';

const DIALECTS: readonly AnalysisDialect[] = [
  { kind: 'kubernetes' },
  { kind: 'cilium', version: '1.18' },
  { kind: 'cilium', version: '1.19' },
  { kind: 'cilium', version: '1.20' },
  { kind: 'cilium', version: '1.21' },
];

/** What the graph decides about: not ICMP for plain Kubernetes, and not pods that have no identity yet. */
function isDecided({ kind }: AnalysisDialect, { from, to, protocol }: Query): boolean {
  if (JSON.stringify(from) === JSON.stringify(to)) return false;
  if ([from, to].some((end) => 'entity' in end && end.entity === 'init')) return false;
  return kind === 'cilium' || !protocol.startsWith('ICMP');
}

/**
 * Ends of Cilium's own that clusterwide policies may govern, too, and the node, which proxies may hold up. The graph
 * takes them for free to do anything.
 */
function isTakenForFree(end: End): boolean {
  return 'entity' in end && ['ingress', 'health', 'host'].includes(end.entity);
}

/** All that an end may be, which the manifests do not tell. */
function guises(manifests: Manifests, end: End): readonly End[] {
  if ('host' in end) return [4, 6].map((family) => ({ ...end, family: family as 4 | 6 }));
  if ('workload' in end) {
    const isOnHost = manifests.workloads.some(({ namespace, name, hostNetwork }) => {
      return hostNetwork && `${namespace}/${name}` === end.workload;
    });
    return isOnHost ? [end, { ...end, as: 'remote-node' }] : [end];
  }
  if (!('entity' in end) || end.entity !== 'kube-apiserver') return [end];
  return (['remote-node', 'host', 'world-ipv4', 'world-ipv6'] as const).map((as) => ({ ...end, as }));
}

/** The label of an address of the world depends on the families of addresses in the cluster. */
function dependsOnStack({ policies }: Manifests, { from, to }: Query): boolean {
  return ('address' in from || 'address' in to) && JSON.stringify(policies).includes('reserved:world');
}

/**
 * Lists of names and of TLS servers outlast some broader rules in Cilium that void lists of HTTP requests. The graph
 * takes all of them for void, which is the side on which to err.
 */
function restrictions({ l7 }: Verdict): readonly (readonly string[])[] {
  const isOpen = (rule: string) => rule === 'http * *' || rule === 'l7 {}';
  const decisive = l7.filter((list) => list.every((rule) => /^(http|kafka|l7) /.test(rule) && !isOpen(rule)));
  // Both ends may ask the same.
  return [...new Map(decisive.map((list) => [list.join('\n'), list])).values()];
}

function isSame(graph: Verdict, naive: Verdict): boolean {
  const [a, b] = [restrictions(graph), restrictions(naive)];
  return graph.authenticated === naive.authenticated && JSON.stringify(a) === JSON.stringify(b);
}

function isLaxer(graph: Verdict, naive: Verdict): boolean {
  const strict = restrictions(naive);
  const lists = restrictions(graph).every((list) => strict.some((each) => each.every((rule) => list.includes(rule))));
  return lists && (!graph.authenticated || naive.authenticated);
}

/** Where all is known, both say the same. Where it is not, what may happen in one case the graph has to allow. */
function agree(graph: Verdict, naive: readonly Verdict[], isCertain: boolean): boolean {
  const passing = naive.filter(({ allowed }) => allowed);
  if (!graph.allowed) return passing.length === 0;
  if (isCertain && passing.length === 0) return false;
  return passing.every((verdict) => (isCertain ? isSame(graph, verdict) : isLaxer(graph, verdict)));
}

/** More of them find rarer differences: `NUM_RUNS=500 npx vitest run test/unit/analysis/graph/naive.test.ts`. */
const RUNS = Number(process.env.NUM_RUNS ?? 8);

describe.each(DIALECTS)('the graph for %j', (dialect) => {
  test('says what the naive evaluator says, pod by pod', () => {
    fc.assert(
      fc.property(cluster(dialect), (manifests) => {
        const asked = queries(manifests).filter((query) => isDecided(dialect, query));
        const analysis = analysed(manifests, dialect, asked);
        const options = { ipBlockAdmitsNamespace: dialect.kind === 'cilium' && dialect.version === '1.19' };
        const differing = asked.flatMap((query) => {
          const graph = verdictOf(analysis, query);
          if (graph === undefined) return [];
          const cases = guises(manifests, query.from).flatMap((from) =>
            guises(manifests, query.to).map((to) => ({ ...query, from, to })),
          );
          const naive = cases.map((one) => evaluate(manifests, dialect, one, options));
          const isCertain =
            cases.length === 1 &&
            !dependsOnStack(manifests, query) &&
            !isTakenForFree(query.from) &&
            !isTakenForFree(query.to);
          return agree(graph, naive, isCertain)
            ? []
            : [{ query: JSON.stringify(query), graph: JSON.stringify(graph), naive: JSON.stringify(naive) }];
        });
        expect(differing.slice(0, 3)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  }, 600_000);
});
