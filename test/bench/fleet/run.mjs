// Renders fleets of growing size, with as many workspaces on a cluster throughout:
//
//   node test/bench/fleet/run.mjs [--n 10000,100000] [--per-cluster 2000] [--runs 1] [--json FILE]
//
// Files go to the folder for temporary files, which the variable TMPDIR names (default: /dev/shm where there is one), and
// are removed. Exits with 1 if a fleet cannot be rendered, with 3 if the options are wrong; never because of a time.

import { existsSync, rmSync } from 'node:fs';
import { runBenchmark } from '../common/benchmark.mjs';
import { readOptions } from '../common/options.mjs';
import { runStep } from '../common/process.mjs';
import { Scratch } from '../common/scratch.mjs';
import { growthExponent, median } from '../common/statistics.mjs';
import { grouped, newTable, targetRows } from '../common/table.mjs';
import { atMost } from '../common/target.mjs';

const {
  sizes,
  'per-cluster': perCluster,
  runs,
  json,
} = readOptions({ n: '10000,100000', 'per-cluster': '2000', runs: '1' });
// A fleet of 100,000 workspaces is 2 GB of files: on a disk that would be measured instead.
if (process.env.TMPDIR === undefined && existsSync('/dev/shm')) process.env.TMPDIR = '/dev/shm';
const scratch = new Scratch();
await runBenchmark({ scratch, json, measure: run, format });

async function run() {
  const rows = [];
  for (const count of sizes) rows.push(await measure(count));
  return { rows, ...(await movesOf(sizes[0])), targets: targets(rows) };
}

async function measure(count) {
  const clusters = Math.max(1, Math.ceil(count / perCluster));
  const samples = [];
  for (let run = 0; run < runs; run++) {
    const outdir = scratch.fresh('fleet');
    const options = { count, clusters, outdir };
    const sample = await runStep({ module: 'fleet/render.mjs', call: 'render', options }, 3600);
    if (sample.stopped) throw new Error(`${count} workspaces take more than an hour`);
    samples.push(sample);
    rmSync(outdir, { recursive: true, force: true });
  }
  const of = (field) => median(samples.map((sample) => sample[field]));
  return { count, clusters, seconds: of('seconds'), peakMegabytes: of('peakMegabytes'), ...samples[0].result };
}

async function movesOf(count) {
  const clusters = Math.max(1, Math.ceil(count / perCluster));
  const { result } = await runStep({ module: 'fleet/render.mjs', call: 'moved', options: { count, clusters } }, 3600);
  return { moves: { count, clusters, moved: result } };
}

function targets(rows) {
  const [first, last] = [rows[0], rows.at(-1)];
  if (rows.length < 2) return [];
  return [
    atMost('growth exponent of time', growthExponent(first, last), 1.1, ''),
    atMost('peak memory of the largest, compared with the smallest', last.peakMegabytes / first.peakMegabytes, 2, '×'),
  ];
}

function format({ rows, moves, targets: list }) {
  const table = newTable(['workspaces', 'clusters', 'on a cluster', 'objects', 'seconds', 'objects/s', 'peak MB'], 0);
  for (const { count, clusters, smallest, largest, objects, seconds, peakMegabytes } of rows) {
    table.push([
      grouped(count),
      clusters,
      `${grouped(smallest)} to ${grouped(largest)}`,
      grouped(objects),
      seconds.toFixed(1),
      grouped(Math.round(objects / seconds)),
      peakMegabytes.toFixed(0),
    ]);
  }
  const share = ((moves.moved / moves.count) * 100).toFixed(1);
  return [
    `${table}\n`,
    `a cluster more than ${moves.clusters} moves ${grouped(moves.moved)} of ${grouped(moves.count)} workspaces, ${share} %\n`,
    list.length === 0 ? '' : `${targetRows('promise', list)}\n`,
  ].join('');
}
