// Renders the same Kubernetes objects with Portcullis and with what people would use instead, side by side:
//
//   node test/bench/synth/run.mjs [--n 100,1000,10000] [--runs 3] [--limit 90] [--json FILE]
//
// --n      numbers of workspaces, ten objects each
// --runs   runs of each measurement; reported are medians
// --limit  seconds after which a contender is stopped and extrapolated
// --json   file for the report as JSON, besides the tables on the terminal
//
// Files go to the folder for temporary files, which the variable TMPDIR names.
//
// Exits with 1 if contenders disagree on the objects or crash, with 3 if the options are wrong; never because of a time.

import { runBenchmark, showProgress } from '../common/benchmark.mjs';
import { readOptions } from '../common/options.mjs';
import { runStep } from '../common/process.mjs';
import { Scratch } from '../common/scratch.mjs';
import { CDK8S_ARRANGEMENTS, cdk8s, externalContenders, isOutputMode, PORTCULLIS, plain } from './contenders.mjs';
import { compare, define, measure, measureImports, rank } from './measure.mjs';
import { formatReport } from './report.mjs';
import { summarize } from './summary.mjs';

/** The general YAML library that cdk8s itself uses. */
const GENERAL_EMITTER = 'yaml';
/** What the program of contenders/portcullis.cjs imports; a module of Portcullis is loaded when a name of it is asked for. */
const IMPORTS = {
  cdk8s: "const { App } = require('cdk8s')",
  portcullis:
    "const { App } = require('cdk8s');" +
    "const { cilium, Peer, Platform, Port, Service, synthesize, Workspace } = require('portcullis')",
};

const { json, ...settings } = readOptions({ n: '100,1000,10000', runs: '3', limit: '90' });
const bench = {
  ...settings,
  scratch: new Scratch(),
  progress: showProgress,
};
await runBenchmark({ ...bench, json, measure: run, format: formatReport });

async function run() {
  const fileMicroseconds = bench.scratch.fileMicroseconds();
  bench.definition = await define(bench.scratch);
  const arrangements = Object.keys(CDK8S_ARRANGEMENTS).map(cdk8s);
  const { result: names } = await runStep({ module: 'synth/contenders/plain.mjs', call: 'emitters', options: {} });
  const emitters = names.map(plain);
  const external = externalContenders();
  const programs = external.filter(({ skipped }) => skipped === undefined);

  await compare(bench, [...arrangements, ...emitters, ...programs]);
  const ranked = { arrangements: await rank(bench, arrangements), emitters: await rank(bench, emitters) };
  const [best] = ranked.arrangements.map(({ contender }) => contender).filter(isOutputMode);
  const apps = arrangements.find((contender) => !isOutputMode(contender));
  const fastest = ranked.emitters[0].contender;
  const contenders = [PORTCULLIS, cdk8s('default'), best, apps, fastest, plain(GENERAL_EMITTER), ...programs];
  const results = await measure(bench, distinct(contenders));
  const imports = await measureImports(bench, IMPORTS);
  return summarize({ bench, ranked, best, apps, fastest, results, imports, external, fileMicroseconds });
}

function distinct(contenders) {
  return [...new Map(contenders.map((contender) => [contender.id, contender])).values()];
}
