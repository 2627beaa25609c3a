import { atLeast, atMost } from '../common/target.mjs';

const [SMALL, LARGE] = [100_000, 1_000_000];

/** What the library promises; see README.md. Sizes that were not measured promise nothing. */
export function checkTargets(results) {
  const of = (id, flows) => results.find((row) => row.id === id && (flows === undefined || row.flows === flows));
  const [small, large, naive] = [of('portcullis', SMALL), of('portcullis', LARGE), of('naive')];
  return [
    ...(large === undefined
      ? []
      : [
          atLeast('1,000,000 flows, judged in a second of CPU', large.perCpuSecond, 100_000, ''),
          atMost('1,000,000 flows, peak memory', large.peakMegabytes, 250, ' MB'),
        ]),
    ...(small === undefined || large === undefined
      ? []
      : [atMost('ten times the flows, times the memory', large.peakMegabytes / small.peakMegabytes, 1.25, '×')]),
    ...(large === undefined || naive === undefined
      ? []
      : [atLeast('faster than explaining each flow', large.perSecond / naive.perSecond, 20, '×')]),
  ];
}
