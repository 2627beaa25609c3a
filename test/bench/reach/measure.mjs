import { rmSync } from 'node:fs';
import { runStep } from '../common/process.mjs';
import { growthExponent, median } from '../common/statistics.mjs';

/** Parts of the smallest cluster that what takes too long is extrapolated from. */
const PARTS = [0.25, 0.5];

/** Measures every contender with every cluster, in rounds; what is stopped is extrapolated. */
export async function measure(bench, contenders, clusters) {
  const results = [];
  for (const cluster of clusters) {
    const measured = contenders.map((contender) => ({ contender, runs: [] }));
    for (let round = 0; round < bench.runs; round++) {
      for (const { contender, runs } of measured) {
        if (runs.at(-1)?.stopped || isHopeless(bench, results, contender, cluster)) continue;
        bench.progress(`${contender.title}: ${cluster.pods} pods, run ${round + 1} of ${bench.runs}`);
        const options = { folder: cluster.folder, ...contender.options };
        runs.push(await runStep({ module: contender.module, call: 'evaluate', options }, bench.limit));
      }
    }
    for (const { contender, runs } of measured) results.push(await row(bench, results, contender, cluster, runs));
    agree(results.filter(({ pods, pairs }) => pods === cluster.pods && pairs !== undefined));
  }
  return results;
}

/** True if a smaller cluster was too much already, or this one would be by the growth so far. */
function isHopeless(bench, results, contender, cluster) {
  const before = results.filter(({ id }) => id === contender.id).at(-1);
  if (before === undefined) return false;
  return before.extrapolated || before.graphSeconds * (cluster.pods / before.pods) ** 2 > bench.limit * 3;
}

async function row(bench, results, contender, cluster, runs) {
  const base = { id: contender.id, title: contender.title, pods: cluster.pods, policies: cluster.policies };
  const done = runs.filter(({ stopped }) => !stopped);
  if (done.length === 0)
    return { ...base, ...(await extrapolate(bench, results, contender, cluster)), extrapolated: true };
  const before = results.filter(({ id }) => id === contender.id).at(-1);
  const graphSeconds = median(done.map(({ result }) => result.seconds.graph));
  return {
    ...base,
    classes: done[0].result.classes,
    pairs: done[0].result.pairs,
    loadSeconds: median(done.map(({ result }) => result.seconds.load)),
    graphSeconds,
    wallSeconds: median(done.map(({ wallSeconds }) => wallSeconds)),
    peakMegabytes: median(done.map(({ peakMegabytes }) => peakMegabytes)),
    ...(before === undefined || before.extrapolated
      ? {}
      : { exponent: growthExponent(point(before), { seconds: graphSeconds, count: cluster.pods }) }),
  };
}

/** From the two largest clusters that were measured; from parts of the smallest one if that was too much. */
async function extrapolate(bench, results, contender, cluster) {
  const measured = results.filter(({ id, extrapolated }) => id === contender.id && !extrapolated);
  const points =
    measured.length >= 2 ? measured.slice(-2).map(point) : await partial(bench, contender, cluster, measured[0]);
  const exponent = growthExponent(...points);
  return { graphSeconds: points[1].seconds * (cluster.pods / points[1].count) ** exponent, exponent };
}

async function partial(bench, contender, cluster, whole) {
  const { pods, policies } = whole ?? cluster;
  const points = [];
  for (const part of whole === undefined ? PARTS : PARTS.slice(1)) {
    const folder = bench.scratch.fresh('part');
    const size = { pods: Math.round(pods * part), policies: Math.round(policies * part) };
    await runStep({ module: 'reach/fixture.mjs', call: 'write', options: { folder, size } });
    const options = { folder, ...contender.options };
    const run = await runStep({ module: contender.module, call: 'evaluate', options }, bench.limit);
    rmSync(folder, { recursive: true });
    if (run.stopped) throw new Error(`${contender.title}: even ${size.pods} pods took longer than ${bench.limit} s`);
    points.push({ seconds: run.result.seconds.graph, count: size.pods });
  }
  return whole === undefined ? points : [...points, point(whole)];
}

function point({ graphSeconds, pods }) {
  return { seconds: graphSeconds, count: pods };
}

function agree(rows) {
  const counts = new Set(rows.map(({ pairs }) => pairs));
  if (counts.size > 1) {
    const told = rows.map(({ title, pairs }) => `${title}: ${pairs}`).join(', ');
    throw new Error(`contenders do not agree on the pairs of pods that are connected: ${told}`);
  }
}
