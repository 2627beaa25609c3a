// Computes who may reach whom in clusters of several sizes, beside what one would use instead:
//
//   node test/bench/reach/run.mjs [--n 1000,10000,100000] [--runs 3] [--limit 120] [--json FILE]
//
// --n      numbers of pods; each has its number of policies
// --runs   runs of each measurement; reported are medians
// --limit  seconds after which a contender is stopped and extrapolated
// --json   file for the report as JSON, besides the tables on the terminal
//
// Exits with 1 if contenders disagree or crash, with 3 if the options are wrong; never because of a time.

import { cpus } from 'node:os';
import { runBenchmark, showProgress } from '../common/benchmark.mjs';
import { readOptions } from '../common/options.mjs';
import { runStep } from '../common/process.mjs';
import { Scratch } from '../common/scratch.mjs';
import { contenders } from './contenders.mjs';
import { measure } from './measure.mjs';
import { formatReport } from './report.mjs';
import { checkTargets } from './targets.mjs';

/** Policies of a cluster by its pods, as large clusters have fewer for each. */
const POLICIES = { 1000: 300, 10000: 3000, 100000: 10000 };

const { json, ...settings } = readOptions({ n: '1000,10000,100000', runs: '3', limit: '120' });
const bench = {
  ...settings,
  scratch: new Scratch(),
  progress: showProgress,
};
await runBenchmark({ ...bench, json, measure: run, format: formatReport });

async function run() {
  const clusters = [];
  for (const pods of bench.sizes) {
    const folder = bench.scratch.fresh(`cluster-${pods}`);
    const size = { pods, policies: POLICIES[pods] ?? Math.round(pods * 0.3) };
    const { result } = await runStep({ module: 'reach/fixture.mjs', call: 'write', options: { folder, size } });
    clusters.push({ folder, ...result });
  }
  const { available, skipped } = contenders();
  const results = await measure(bench, available, clusters);
  const [{ model }] = cpus();
  const machine = { node: process.version, cpus: cpus().length, cpu: model.trim() };
  return { machine, runs: bench.runs, limitSeconds: bench.limit, results, skipped, targets: checkTargets(results) };
}
