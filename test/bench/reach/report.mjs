import { grouped, newTable, targetRows } from '../common/table.mjs';

/** The report as text for a terminal. */
export function formatReport({ machine, runs, results, skipped, targets, limitSeconds }) {
  const { node, cpus, cpu } = machine;
  const parts = [
    `Node.js ${node} on ${cpus} × ${cpu}; medians of ${runs} interleaved runs`,
    measurements(results),
    ...(results.some(({ extrapolated }) => extrapolated)
      ? [`≈ extrapolated from smaller clusters: it would take longer than ${limitSeconds} s`]
      : []),
    ...skipped.map(({ title, reason }) => `left out: ${title}: ${reason}`),
    targetRows('target', targets),
  ];
  return `${parts.join('\n\n')}\n`;
}

function measurements(results) {
  const head = [
    'contender',
    'pods',
    'policies',
    'classes',
    'connected pairs',
    'load s',
    'graph s',
    'peak MB',
    'exponent',
  ];
  const table = newTable(head, 1);
  for (const row of results) {
    const about = row.extrapolated ? '≈ ' : '';
    table.push([
      row.title,
      grouped(row.pods),
      grouped(row.policies),
      row.classes === undefined ? '' : grouped(row.classes),
      row.pairs === undefined ? '–' : grouped(row.pairs),
      row.loadSeconds === undefined ? '–' : row.loadSeconds.toFixed(2),
      about + row.graphSeconds.toFixed(2),
      row.peakMegabytes === undefined ? '–' : row.peakMegabytes.toFixed(0),
      row.exponent === undefined ? '' : about + row.exponent.toFixed(2),
    ]);
  }
  return `${table}\nexponent: growth of the graph's time from the size above; 1 is linear`;
}
