import { grouped, newTable, targetRows } from '../common/table.mjs';

/** Microseconds from which creating files, not rendering, decides. */
const SLOW_FILE = 200;
const SLOW_FILES =
  'Creating files is slow here, so the times say more about the file system than about the contenders: wait some minutes, or set TMPDIR to a folder in memory.';

/** The report as text for a terminal. */
export function formatReport(report) {
  const { machine, runs, imports, skipped } = report;
  const { node, cpus, cpu, fileMicroseconds } = machine;
  const parts = [
    `Node.js ${node} on ${cpus} × ${cpu}, ${fileMicroseconds.toFixed(0)} µs to create a file; medians of ${runs} interleaved runs`,
    ...(fileMicroseconds < SLOW_FILE ? [] : [SLOW_FILES]),
    measurements(report),
    ...extrapolations(report),
    variants('cdk8s by arrangement', report.arrangements),
    variants('plain objects by YAML writer', report.emitters),
    `import: cdk8s ${imports.cdk8s.toFixed(0)} ms, Portcullis with cdk8s ${imports.portcullis.toFixed(0)} ms`,
    ...skipped.map(({ title, reason }) => `left out: ${title}: ${reason}`),
    targets(report),
    `A program cut into an app for each workspace, which is no output mode of cdk8s: Portcullis is ${report.ratios.cdk8sApps.toFixed(2)}× as fast`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function measurements({ results, exponents }) {
  const head = ['contender', 'workspaces', 'wall s', 'in-process s', 'objects/s', 'peak MB', 'exponent'];
  const table = newTable(head, 1);
  let above;
  for (const { id, title, workspaces, wallSeconds, seconds, objectsPerSecond, ...rest } of results) {
    const about = rest.extrapolatedFrom === undefined ? '' : '≈ ';
    const exponent = exponents[id];
    table.push([
      title === above ? '' : title,
      grouped(workspaces),
      about + wallSeconds.toFixed(2),
      about + seconds.toFixed(2),
      about + grouped(Math.round(objectsPerSecond)),
      rest.peakMegabytes === undefined ? '–' : rest.peakMegabytes.toFixed(0),
      exponent?.to === workspaces ? about + exponent.value.toFixed(2) : '',
    ]);
    above = title;
  }
  return `${table}\nexponent: growth of in-process time from the size above it; 1 is linear`;
}

function extrapolations({ results, limitSeconds }) {
  return results
    .filter(({ extrapolatedFrom }) => extrapolatedFrom !== undefined)
    .map(
      ({ title, workspaces, extrapolatedFrom: [smaller, larger] }) =>
        `≈ ${title}: stopped after ${limitSeconds} s with ${grouped(workspaces)} workspaces; ` +
        `extrapolated from the growth between ${grouped(smaller)} and ${grouped(larger)}`,
    );
}

function variants(what, list) {
  const sizes = list
    .map(({ trials }) => trials.map(({ workspaces }) => workspaces))
    .sort((a, b) => b.length - a.length);
  const table = newTable([what, ...sizes[0].map((size) => `wall s of ${grouped(size)}`)], 1);
  for (const { title, trials } of list) {
    const times = trials.map(({ wallSeconds }) => (Number.isFinite(wallSeconds) ? wallSeconds.toFixed(2) : 'stopped'));
    table.push([title, ...times, ...sizes[0].slice(times.length).map(() => '')]);
  }
  return table.toString();
}

function targets({ targets: list, workspaces }) {
  return targetRows(`target at ${grouped(workspaces)} workspaces`, list);
}
