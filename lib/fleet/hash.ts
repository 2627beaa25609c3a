import { createHash } from 'node:crypto';

/** Digest of a name, in the two halves that scores are mixed from. */
export interface Digest {
  readonly high: number;
  readonly low: number;
}

/** Digest of a name. The kind keeps a workspace and a cluster of one name apart. */
export function digest(kind: 'cluster' | 'workspace', name: string): Digest {
  const bytes = createHash('sha256').update(`${kind}\0${name}`).digest();
  return { high: bytes.readUInt32BE(0), low: bytes.readUInt32BE(4) };
}

/**
 * How much a workspace is drawn to a cluster: rendezvous hashing. The workspace goes where its score is highest, so that
 * another cluster draws to itself its own share and moves nothing between the others, and a cluster that goes away
 * gives up its own and moves nothing else. With weights the score is that of weighted rendezvous hashing.
 *
 * Each name is digested once, and a pair costs a few integer operations: 100,000 workspaces on 50 clusters are five
 * million pairs. No package is used for it: what npm has has no types and has not been touched for years.
 *
 * @see https://www.eecs.umich.edu/techreports/cse/96/CSE-TR-316-96.pdf (Thaler and Ravishankar, rendezvous hashing)
 * @see https://www.snia.org/sites/default/files/SDC15_presentations/dist_sys/Jason_Resch_New_Consistent_Hashings_Rev.pdf
 * (weights)
 */
export function score(workspace: Digest, cluster: Digest, weight: number): number {
  const mixed = scramble(scramble(workspace.high ^ cluster.low) ^ scramble(workspace.low ^ cluster.high));
  // Above 0 and below 1, so that the logarithm is finite and negative.
  const unit = (mixed + 0.5) / 2 ** 32;
  return -weight / Math.log(unit);
}

/**
 * The last step of MurmurHash3, which lets every bit of the input change every bit of the output.
 * @see https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp (`fmix32`)
 */
function scramble(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
