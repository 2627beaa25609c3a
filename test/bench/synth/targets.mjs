import { atLeast, atMost } from '../common/target.mjs';

/** What the library promises for the largest number of workspaces; see README.md. */
export function checkTargets({ portcullis, cdk8s, plain, exponent, imports }) {
  return [
    atLeast('faster than cdk8s in its best output mode', cdk8s.wallSeconds / portcullis.wallSeconds, 9, '×'),
    atMost('time of plain objects with the fastest writer', portcullis.wallSeconds / plain.wallSeconds, 3, '×'),
    ...(portcullis.peakMegabytes === undefined ? [] : [atMost('peak memory', portcullis.peakMegabytes, 400, ' MB')]),
    ...(exponent === undefined ? [] : [atMost('growth exponent of time', exponent, 1.1, '')]),
    atMost('import, more than cdk8s alone', imports.portcullis - imports.cdk8s, 30, ' ms'),
  ];
}
