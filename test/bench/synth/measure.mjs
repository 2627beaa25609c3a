import { runNode, runStep } from '../common/process.mjs';
import { growthExponent, median } from '../common/statistics.mjs';
import { OBJECTS_PER_WORKSPACE, PORTCULLIS } from './contenders.mjs';

/** Workspaces whose objects are compared before anything is measured. */
const COMPARED = 12;
/** Workspaces for which the variants of a contender are tried. */
const TRIED = 1000;
/** Variants that are close are tried again for so many times as many. */
const FURTHER = 4;
/** Runs of what is measured on the way: variants, and the smaller sizes that a larger one is extrapolated from. */
const TRIALS = 3;
/** What a size may take that a larger one is extrapolated from, of the limit. */
const SHARE = 1 / 4;
/** Variants are close if one takes no more than this many times as long as the other. */
const CLOSE = 1.25;
/** A contender that takes longer than these seconds is measured three times at most. */
const SLOW = 30;
const IMPORTS = 15;

/**
 * Writes the objects of one workspace, as Portcullis renders them, as a program for the other contenders.
 * @returns the program's file
 */
export async function define(scratch) {
  const outdir = scratch.fresh('one');
  const target = scratch.fresh('definition.mjs');
  await runStep({ module: PORTCULLIS.module, call: 'render', options: { count: 1, outdir } });
  const { result } = await runStep({
    module: 'synth/definition.mjs',
    call: 'writeDefinition',
    options: { outdir, target },
  });
  if (result !== OBJECTS_PER_WORKSPACE) {
    throw new Error(`Portcullis renders ${result} objects for a workspace, not ${OBJECTS_PER_WORKSPACE}`);
  }
  return target;
}

/** Throws if a contender renders other objects than Portcullis. */
export async function compare(bench, contenders) {
  const expected = bench.scratch.fresh('expected');
  const differences = [];
  await render(bench, PORTCULLIS, COMPARED, expected);
  for (const contender of contenders) {
    bench.progress(`comparing objects: ${contender.title}`);
    const actual = bench.scratch.fresh('actual');
    await render(bench, contender, COMPARED, actual);
    const { result } = await runStep({
      module: 'synth/manifests.mjs',
      call: 'differenceOf',
      options: { expected, actual },
    });
    if (result !== undefined) differences.push(`${contender.title}: ${result}`);
  }
  if (differences.length > 0) throw new Error(`contenders do not render the same objects\n${differences.join('\n')}`);
}

/**
 * Tries variants of a contender side by side, and returns them with their seconds, the fastest one first. Those that are
 * close to it have to show what they do with a larger size.
 */
export async function rank(bench, variants) {
  const largest = bench.sizes.at(-1);
  const count = Math.min(TRIED, largest);
  const tried = variants.map((contender) => ({ contender, count, times: [] }));
  for (let trial = 0; trial < Math.min(bench.runs, TRIALS); trial++) {
    for (const { contender, times } of tried) times.push(await secondsOf(bench, contender, count));
  }
  const ranked = tried.map(({ times, ...variant }) => ({ ...variant, wallSeconds: median(times) })).sort(bySeconds);
  const close = ranked.filter(({ wallSeconds }) => wallSeconds < ranked[0].wallSeconds * CLOSE);
  if (largest === count || close.length < 2) return ranked;
  const further = Math.min(count * FURTHER, largest);
  for (const variant of close) {
    variant.largest = { count: further, wallSeconds: await secondsOf(bench, variant.contender, further) };
  }
  return [...close.sort((a, b) => bySeconds(a.largest, b.largest)), ...ranked.slice(close.length)];
}

async function secondsOf(bench, contender, count) {
  const { stopped, wallSeconds } = await measureOnce(bench, contender, count);
  return stopped ? Number.POSITIVE_INFINITY : wallSeconds;
}

function bySeconds(a, b) {
  return a.wallSeconds < b.wallSeconds ? -1 : 1;
}

/** Measures every contender for every number of workspaces, in rounds, so that all of them meet the same noise. */
export async function measure(bench, contenders) {
  const cells = bench.sizes.flatMap((count) => contenders.map((contender) => ({ contender, count, samples: [] })));
  for (let round = 0; round < bench.runs; round++) {
    for (const cell of cells) {
      const last = cell.samples.at(-1);
      if (last?.stopped || (round >= 3 && last.wallSeconds > SLOW)) continue;
      const sample = takesTooLong(bench, cell, cells)
        ? { stopped: true }
        : await measureOnce(bench, cell.contender, cell.count);
      cell.samples.push(sample);
    }
  }
  const measured = [];
  for (const { contender, count, samples } of cells) {
    const result = samples.some(({ stopped }) => stopped)
      ? await extrapolate(bench, contender, count)
      : medians(samples);
    measured.push({ contender, count, ...result });
  }
  return measured;
}

/** True if even linear growth from a smaller size would go beyond the limit: then there is no need to wait for it. */
function takesTooLong(bench, { contender, count }, cells) {
  return cells.some(({ contender: other, count: smaller, samples: [sample] }) => {
    if (other !== contender || smaller >= count || sample === undefined) return false;
    return sample.stopped || sample.wallSeconds * (count / smaller) > bench.limit;
  });
}

function medians(samples) {
  const of = (field) => median(samples.map((sample) => sample[field]));
  const peakMegabytes = samples[0].peakMegabytes === undefined ? undefined : of('peakMegabytes');
  return { wallSeconds: of('wallSeconds'), seconds: of('seconds'), peakMegabytes, samples };
}

/**
 * What a contender that was stopped would have taken, from the two largest of its quarter, its eighth and so on that it
 * can do in a share of the time. A lower bound where growth itself grows.
 */
async function extrapolate(bench, contender, count) {
  const points = [];
  for (let size = Math.floor(count / 4); size > 0 && points.length < 2; size = Math.floor(size / 2)) {
    const samples = [];
    for (let run = 0; run < Math.min(bench.runs, TRIALS); run++) {
      samples.push(await measureOnce({ ...bench, limit: bench.limit * SHARE }, contender, size));
      if (samples.at(-1).stopped) break;
    }
    if (!samples.at(-1).stopped) points.push({ count: size, ...medians(samples) });
  }
  const [larger, smaller] = points;
  if (smaller === undefined) throw new Error(`${contender.title} takes too long for any number of workspaces`);
  const growth = (count / larger.count) ** growthExponent(smaller, larger);
  return {
    wallSeconds: Math.max(bench.limit, larger.wallSeconds * growth),
    seconds: Math.max(bench.limit, larger.seconds * growth),
    extrapolatedFrom: [smaller.count, larger.count],
  };
}

async function measureOnce(bench, contender, count) {
  bench.progress(`${count} workspaces: ${contender.title}`);
  const outdir = bench.scratch.fresh('output');
  const sample = await render(bench, contender, count, outdir);
  bench.scratch.empty(outdir);
  return sample;
}

/** Runs a contender once in a process of its own. */
async function render(bench, contender, count, outdir) {
  const { module } = contender;
  const input = bench.scratch.fresh('input');
  const options = { ...contender.options, count, outdir, input, definition: bench.definition };
  if (contender.isProgram) await runStep({ module, call: 'prepare', options });
  const { stopped, wallSeconds, seconds, peakMegabytes, result } = await runStep(
    { module, call: 'render', options },
    bench.limit,
  );
  bench.scratch.empty(input);
  if (stopped) return { stopped };
  const expected = count * OBJECTS_PER_WORKSPACE;
  if (result.objects !== expected) {
    throw new Error(`${contender.title} rendered ${result.objects} objects instead of ${expected}`);
  }
  return { stopped, wallSeconds, seconds, ...(contender.isProgram ? {} : { peakMegabytes }) };
}

/** Milliseconds of a whole process that does nothing but run a few statements, by name; medians of interleaved runs. */
export async function measureImports(bench, programs) {
  const times = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let run = 0; run < IMPORTS; run++) {
    bench.progress('loading modules');
    for (const [name, program] of Object.entries(programs)) {
      const { wallSeconds } = await runNode(['-e', program]);
      times[name].push(wallSeconds * 1000);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]));
}
