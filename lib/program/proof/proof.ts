import { type Analysis, analyse } from '../../analysis/analysis';
import { Bits } from '../../analysis/graph/bits';
import type { Manifests } from '../../analysis/load/manifests';
import { withStrangers } from '../../analysis/load/stranger';
import type { Finding } from '../../finding';
import type { CidrRange } from '../../model/cidr';
import type { Peer } from '../../model/peer';
import type { Platform } from '../../platform/platform';
import { comparePair, type PairDifference } from './compare';
import { DeclaredPairs } from './declared';
import { Differences } from './difference';
import { Enforcing } from './enforcing';
import { brokenClaims } from './invariant';
import { type Member, Members } from './member';
import { nameDifferences } from './names';

/** What a proof looked at, and what it found. */
export interface Proof {
  /** Pairs of ends between which something is declared or allowed, as far as the program governs one of the two. */
  readonly pairs: number;
  /** Differences that the program accepts. */
  readonly accepted: number;
  /** What differs; a difference that the program accepts is a note. */
  readonly findings: readonly Finding[];
}

/**
 * Proves that manifests allow what the program declares and nothing else: every declared edge works, nothing else is
 * reachable from or by the pods that the program governs, every name that an edge needs resolves, every invariant holds.
 * It looks at the manifests alone, with pods that nobody declared beside those of the inventory.
 * @param onProgress hears how many ends have been compared with all others, and of how many
 */
export function prove(
  manifests: Manifests,
  platforms: readonly Platform[],
  onProgress?: (done: number, total: number) => void,
): Proof {
  const peers = peersOf(platforms);
  const analysis = analyse(withStrangers(manifests), {
    addresses: peers.flatMap(blocksOf).flatMap(({ cidr, except }) => [cidr, ...except]),
    names: peers.flatMap((peer) => (peer.kind === 'fqdn' ? [peer.host] : [])),
  });
  const members = new Members(analysis);
  const differences = new Differences(members, platforms);
  const pairs = comparePairs(
    analysis,
    members,
    platforms,
    (found, from, to) => differences.pair(found, from, to),
    onProgress,
  );
  for (const platform of platforms) {
    for (const difference of nameDifferences(analysis, members, platform)) differences.name(difference);
    for (const claim of brokenClaims(analysis, members, platform)) differences.claim(claim);
  }
  const { accepted } = differences;
  return { pairs, accepted, findings: [...analysis.findings, ...differences.findings()] };
}

function comparePairs(
  analysis: Analysis,
  members: Members,
  platforms: readonly Platform[],
  report: (found: readonly PairDifference[], from: Member, to: Member) => void,
  onProgress: ((done: number, total: number) => void) | undefined,
): number {
  const { graph, universe, dialect } = analysis;
  const declared = new DeclaredPairs(analysis, members, platforms);
  const enforcing = new Enforcing(members, platforms);
  const mayAuthenticate = dialect.kind === 'cilium' && dialect.version !== '1.21';
  const always = universe.alwaysAllowed('ingress');
  let pairs = 0;
  for (let end = 0; end < universe.size; end++) {
    onProgress?.(end, universe.size);
    // A node reaches its pods whatever policies say.
    if (always.some((ends) => ends.has(end))) continue;
    const isHeld = enforcing.isHeld(end);
    for (const { ends, connection } of graph.row(end)) {
      // What belongs to others may reach what belongs to others, and every host name is such an end.
      const judged = isHeld || !(ends instanceof Bits) ? ends : ends.and(enforcing.closed);
      judged.forEach((target: number) => {
        for (const from of members.ofEnd(end)) {
          for (const to of members.ofEnd(target)) {
            if (!enforcing.judges(from, to)) continue;
            pairs++;
            report(comparePair(connection, declared.between(from, to), mayAuthenticate), from, to);
          }
        }
      });
    }
  }
  for (const [from, to, said] of declared.all()) {
    const connection = graph.between(from.end, to.end);
    // What is reachable at all was compared above, unless nothing is enforced there.
    if (connection.segments.length > 0) continue;
    pairs++;
    report(comparePair(connection, said, mayAuthenticate), from, to);
  }
  return pairs;
}

function peersOf(platforms: readonly Platform[]): readonly Peer[] {
  return platforms.flatMap((platform) => platform.edges.all().flatMap(({ from, to }) => [from.peer, to.peer]));
}

function blocksOf(peer: Peer): readonly CidrRange[] {
  if (peer.kind === 'cidr') return [peer];
  return peer.kind === 'internet' ? peer.ranges : [];
}
