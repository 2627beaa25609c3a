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

import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { readOptions } from '../common/options.mjs';
import { runStep, stopProcess } from '../common/process.mjs';
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
  progress: (text) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  },
};
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    stopProcess();
    bench.scratch.remove();
    process.exit(1);
  });
}

try {
  const report = await run();
  bench.progress('');
  process.stdout.write(formatReport(report));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`);
} catch (error) {
  bench.progress('');
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  bench.scratch.remove();
}

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
