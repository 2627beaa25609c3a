import { grouped, newTable, targetRows } from '../common/table.mjs';

/** The report as text for a terminal. */
export function formatReport({ machine, runs, results, skipped, targets }) {
  const { node, cpus, cpu } = machine;
  const parts = [
    `Node.js ${node} on ${cpus} × ${cpu}; medians of ${runs} runs`,
    measurements(results),
    ...skipped.map(({ title, reason }) => `left out: ${title}: ${reason}`),
    targetRows('target', targets),
  ];
  return `${parts.join('\n\n')}\n`;
}

function measurements(results) {
  const head = ['contender', 'flows', 'seconds', 'flows/s', 'flows/s of CPU', 'peak MB'];
  const table = newTable(head, 1);
  for (const { title, flows, seconds, perSecond, perCpuSecond, peakMegabytes } of results) {
    table.push([
      title,
      grouped(flows),
      seconds.toFixed(2),
      grouped(Math.round(perSecond)),
      perCpuSecond === undefined ? '–' : grouped(Math.round(perCpuSecond)),
      peakMegabytes === undefined ? '–' : peakMegabytes.toFixed(0),
    ]);
  }
  return table.toString();
}
