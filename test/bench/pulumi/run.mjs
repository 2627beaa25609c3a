// Registers the same Kubernetes objects with Pulumi, declared with Portcullis and written by hand with
// @pulumi/kubernetes, side by side:
//
//   node test/bench/pulumi/run.mjs [--n 10,100,1000] [--runs 5] [--json FILE]
//
// --n     numbers of workspaces, twelve objects each
// --runs  runs of each measurement; reported are medians
// --json  file for the report as JSON, besides the tables on the terminal
//
// Exits with 1 if contenders disagree on the objects or crash, with 3 if the options are wrong; never because of a time.

import { runBenchmark } from '../common/benchmark.mjs';
import { readOptions } from '../common/options.mjs';
import { runStep } from '../common/process.mjs';
import { Scratch } from '../common/scratch.mjs';
import { median } from '../common/statistics.mjs';
import { grouped, newTable, targetRows } from '../common/table.mjs';
import { atMost } from '../common/target.mjs';
import { writeDefinition } from '../synth/definition.mjs';
import { workspaceIds } from '../synth/workspace-id.cjs';

const { json, sizes, runs } = readOptions({ n: '10,100,1000', runs: '5' });
const scratch = new Scratch();
await runBenchmark({ scratch, json, measure: run, format: formatReport });

async function run() {
  const outdir = scratch.fresh('definition');
  const definition = `${scratch.fresh('definition')}.mjs`;
  await runStep({ module: 'synth/contenders/portcullis.cjs', call: 'render', options: { count: 1, outdir } });
  writeDefinition({ outdir, target: definition });
  const results = [];
  for (const count of sizes) {
    const ids = [...workspaceIds(count)];
    const contenders = [
      { id: 'portcullis', name: 'Portcullis', module: 'pulumi/contenders/portcullis.mjs', options: { count } },
      { id: 'typed', name: 'by hand', module: 'pulumi/contenders/typed.mjs', options: { count, definition, ids } },
    ];
    const measured = contenders.map(() => []);
    for (let round = 0; round < runs; round++) {
      for (const [index, { module, options }] of contenders.entries()) {
        measured[index].push(await runStep({ module, call: 'register', options }));
      }
    }
    const [own, typed] = measured.map(([first]) => first.result);
    if (JSON.stringify(own) !== JSON.stringify(typed)) {
      throw new Error(`contenders disagree: ${JSON.stringify(own)} by Portcullis, ${JSON.stringify(typed)} by hand`);
    }
    for (const [index, { id, name }] of contenders.entries()) {
      const of = (key) => median(measured[index].map((one) => one[key]));
      const userSeconds = of('userSeconds');
      results.push({
        id,
        name,
        count,
        objects: own.objects,
        seconds: of('seconds'),
        userSeconds,
        microseconds: (userSeconds * 1e6) / own.objects,
        wallSeconds: of('wallSeconds'),
        peakMegabytes: of('peakMegabytes'),
      });
    }
  }
  const largest = (id) => results.filter((one) => one.id === id).at(-1);
  const [own, typed] = [largest('portcullis'), largest('typed')];
  const targets = [
    atMost('CPU for each resource, by hand is 1', own.microseconds / typed.microseconds, 1, '×'),
    atMost('time of the whole process, by hand is 1', own.wallSeconds / typed.wallSeconds, 1, '×'),
  ];
  return { schemaVersion: 1, results, targets };
}

function formatReport({ results, targets }) {
  const table = newTable(['contender', 'workspaces', 'resources', 'in-process', 'CPU', 'each', 'wall', 'peak'], 1);
  for (const { name, count, objects, seconds, userSeconds, microseconds, wallSeconds, peakMegabytes } of results) {
    table.push([
      name,
      grouped(count),
      grouped(objects),
      `${seconds.toFixed(2)} s`,
      `${userSeconds.toFixed(2)} s`,
      `${microseconds.toFixed(0)} µs`,
      `${wallSeconds.toFixed(2)} s`,
      `${peakMegabytes.toFixed(0)} MB`,
    ]);
  }
  return `${table.toString()}\n\n${targetRows('target, for the largest size', targets)}\n`;
}
