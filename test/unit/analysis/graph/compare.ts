import { addressRange } from '../../../../lib/analysis/address/address-range';
import { type Analysis, analyse } from '../../../../lib/analysis/analysis';
import type { Segment } from '../../../../lib/analysis/connection/connection';
import type { AnalysisDialect } from '../../../../lib/analysis/dialect';
import type { Manifests } from '../../../../lib/analysis/load/manifests';
import type { End, Query, Verdict } from '../naive/evaluate';

/**
 * The graph of a cluster, with ends for everything that queries name.
 * @param bystanders addresses that nobody asks about
 */
export function analysed(
  manifests: Manifests,
  dialect: AnalysisDialect,
  queries: readonly Query[],
  bystanders: readonly string[] = [],
): Analysis {
  const ends = queries.flatMap(({ from, to }) => [from, to]);
  const addresses = [...new Set(ends.flatMap((end) => ('address' in end ? [end.address] : [])))];
  const names = [...new Set(ends.flatMap((end) => ('host' in end ? [end.host] : [])))];
  return analyse(manifests, { dialect, addresses: [...addresses, ...bystanders], names });
}

/** Index of an end in the graph; undefined if the dialect knows no such end. */
export function endIndex({ universe, manifests }: Analysis, end: End): number | undefined {
  if ('workload' in end) {
    const found = manifests.workloads.find(({ namespace, name }) => `${namespace}/${name}` === end.workload);
    return found === undefined ? undefined : universe.endOf(found);
  }
  if ('address' in end)
    return addressRange(end.address) === undefined ? undefined : universe.addressEnds(end.address)[0];
  if ('host' in end) return universe.nameEnd(end.host);
  const index = universe.ends.findIndex((found) => found.kind === 'entity' && found.entity === end.entity);
  return index < 0 ? undefined : index;
}

/** What the graph says to a query, in the words of the naive evaluator. */
export function verdictOf(analysis: Analysis, { from, to, protocol, port }: Query): Verdict | undefined {
  const [source, target] = [endIndex(analysis, from), endIndex(analysis, to)];
  if (source === undefined || target === undefined) return undefined;
  const { segments } = analysis.graph.between(source, target);
  const found = segments.find(
    (segment) => segment.protocol === protocol && segment.first <= port && port <= segment.last,
  );
  return { allowed: found !== undefined, l7: l7Of(found), authenticated: found?.authenticated ?? false };
}

function l7Of(segment: Segment | undefined): readonly (readonly string[])[] {
  const lists = (segment?.l7 ?? []).map((list) => list.map(({ protocol, rule }) => `${protocol} ${rule}`).sort());
  return lists.sort((a, b) => (a.join('\n') < b.join('\n') ? -1 : 1));
}
