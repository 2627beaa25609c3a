// Judges recordings of several sizes by manifests, beside what one would use instead:
//
//   node test/bench/replay/run.mjs [--n 100000,1000000] [--runs 3] [--json FILE]
//
// --n     numbers of flows
// --runs  runs of each measurement; reported are medians
// --json  file for the report as JSON, besides the tables on the terminal
//
// Recordings take 1.4 KB for each flow in the temporary folder (TMPDIR), and are removed.
// Exits with 1 if contenders disagree or crash, with 3 if the options are wrong; never because of a time.

import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { runBenchmark, showProgress } from '../common/benchmark.mjs';
import { readOptions } from '../common/options.mjs';
import { runStep } from '../common/process.mjs';
import { Scratch } from '../common/scratch.mjs';
import { median } from '../common/statistics.mjs';
import { formatReport } from './report.mjs';
import { checkTargets } from './targets.mjs';

/** So many flows are enough to see how long asking about every one takes. */
const NAIVE_FLOWS = 2000;
const NAMES = Array.from({ length: 4 }, (_, index) => `api-${80 + 2 * index}.example.com`);

const { json, sizes, runs } = readOptions({ n: '100000,1000000', runs: '3' });
const scratch = new Scratch();
await runBenchmark({ scratch, json, measure: run, format: formatReport, progress: showProgress });

async function run() {
  const results = [await naive()];
  const hasJq = spawnSync('jq', ['--version'], { stdio: 'ignore' }).error === undefined;
  for (const flows of sizes) {
    const folder = await recording(flows);
    const own = await measure('portcullis', 'Portcullis', folder, flows);
    results.push(own);
    if (hasJq) results.push(await measure('jq', 'jq, counting only', folder, flows));
    rmSync(folder, { recursive: true });
    agree(`of ${flows} flows, denied`, own.result.denied, Math.floor(flows / 100) * 2);
  }
  const [{ model }] = cpus();
  const machine = { node: process.version, cpus: cpus().length, cpu: model.trim() };
  const skipped = hasJq ? [] : [{ title: 'jq', reason: 'it is not on the PATH' }];
  return { machine, runs, results, skipped, targets: checkTargets(results) };
}

/** Measured with few flows, on which both have to agree. */
async function naive() {
  const folder = await recording(NAIVE_FLOWS);
  const row = await measure('naive', 'parse, then explain each', folder, NAIVE_FLOWS, { names: NAMES });
  const own = await runStep(step('portcullis', folder));
  agree(`of ${NAIVE_FLOWS} flows, denied`, own.result.denied, row.result.denied);
  rmSync(folder, { recursive: true });
  return row;
}

async function recording(flows) {
  showProgress(`writing ${flows} flows`);
  const folder = scratch.fresh(`flows-${flows}`);
  await runStep({ module: 'replay/fixture.mjs', call: 'write', options: { folder, flows } });
  return folder;
}

async function measure(id, title, folder, flows, options = {}) {
  const done = [];
  for (let round = 0; round < runs; round++) {
    showProgress(`${title}: ${flows} flows, run ${round + 1} of ${runs}`);
    done.push(await runStep(step(id, folder, options)));
  }
  const seconds = median(done.map((one) => one.seconds));
  const cpuSeconds = id === 'jq' ? undefined : median(done.map(({ result }) => result.cpuSeconds));
  return {
    id,
    title,
    flows,
    seconds,
    perSecond: flows / seconds,
    ...(cpuSeconds === undefined ? {} : { perCpuSecond: flows / cpuSeconds }),
    // jq is a process of its own, whose memory is not seen here.
    ...(id === 'jq' ? {} : { peakMegabytes: median(done.map(({ peakMegabytes }) => peakMegabytes)) }),
    result: done[0].result,
  };
}

function step(id, folder, options = {}) {
  return { module: `replay/contenders/${id}.mjs`, call: 'judge', options: { folder, ...options } };
}

function agree(what, one, other) {
  if (one !== other) throw new Error(`contenders do not agree: ${what}: ${one} and ${other}`);
}
