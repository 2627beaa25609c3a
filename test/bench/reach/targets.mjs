import { atLeast, atMost } from '../common/target.mjs';
import { NAIVE, PORTCULLIS } from './contenders.mjs';

const LARGE = 100_000;
const SMALL = 1000;

/** What the library promises; see README.md. Sizes that were not measured promise nothing. */
export function checkTargets(results) {
  const of = ({ id }, pods) => results.find((row) => row.id === id && Math.abs(row.pods / pods - 1) < 0.1);
  const large = of(PORTCULLIS, LARGE);
  const [small, naive] = [of(PORTCULLIS, SMALL), of(NAIVE, SMALL)];
  return [
    ...(large === undefined
      ? []
      : [
          atMost('100,000 pods and 10,000 policies, the whole graph', large.graphSeconds, 5, ' s'),
          atMost('100,000 pods and 10,000 policies, peak memory', large.peakMegabytes, 1000, ' MB'),
        ]),
    ...(small === undefined || naive === undefined
      ? []
      : [
          atLeast(
            '1,000 pods, faster than every pair and every policy',
            naive.graphSeconds / small.graphSeconds,
            50,
            '×',
          ),
        ]),
  ];
}
