import { cpus } from 'node:os';
import { growthExponent } from '../common/statistics.mjs';
import { OBJECTS_PER_WORKSPACE, PORTCULLIS } from './contenders.mjs';
import { checkTargets } from './targets.mjs';

/** Everything that was measured and what follows from it, as it is written with --json. */
export function summarize({ bench, ranked, best, apps, fastest, results, imports, external, fileMicroseconds }) {
  const workspaces = bench.sizes.at(-1);
  const exponents = exponentsOf(results, bench.sizes);
  const largest = (contender) =>
    results.find((result) => result.contender === contender && result.count === workspaces);
  const portcullis = largest(PORTCULLIS);
  return {
    schemaVersion: 1,
    machine: {
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      cpu: cpus()[0]?.model ?? 'unknown',
      cpus: cpus().length,
      fileMicroseconds,
    },
    workspaces,
    runs: bench.runs,
    limitSeconds: bench.limit,
    results: results.map(resultRow),
    exponents,
    ratios: {
      cdk8sBest: largest(best).wallSeconds / portcullis.wallSeconds,
      cdk8sApps: largest(apps).wallSeconds / portcullis.wallSeconds,
      plainFastest: portcullis.wallSeconds / largest(fastest).wallSeconds,
    },
    arrangements: ranked.arrangements.map(variantRow),
    emitters: ranked.emitters.map(variantRow),
    imports,
    skipped: external
      .filter(({ skipped }) => skipped !== undefined)
      .map(({ id, title, skipped }) => ({ id, title, reason: skipped })),
    targets: checkTargets({
      portcullis,
      cdk8s: largest(best),
      plain: largest(fastest),
      exponent: exponents[PORTCULLIS.id]?.value,
      imports,
    }),
  };
}

/** For each contender the growth of its own work between the two largest sizes; start-up would flatter it. */
function exponentsOf(results, sizes) {
  const [from, to] = sizes.slice(-2);
  if (to === undefined) return {};
  const exponents = {};
  for (const smaller of results.filter(({ count }) => count === from)) {
    const larger = results.find(({ contender, count }) => contender === smaller.contender && count === to);
    exponents[smaller.contender.id] = { value: growthExponent(smaller, larger), from, to };
  }
  return exponents;
}

function resultRow({ contender, count, ...measured }) {
  const { id, title } = contender;
  const objects = count * OBJECTS_PER_WORKSPACE;
  return { id, title, workspaces: count, objects, objectsPerSecond: objects / measured.wallSeconds, ...measured };
}

function variantRow({ contender, count, wallSeconds, largest }) {
  const trials = [{ workspaces: count, wallSeconds }];
  if (largest !== undefined) trials.push({ workspaces: largest.count, wallSeconds: largest.wallSeconds });
  return { id: contender.id, title: contender.title, trials };
}
