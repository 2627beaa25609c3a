import type { Analysis } from '../../analysis/analysis';
import type { Connection } from '../../analysis/connection/connection';
import { Bits } from '../../analysis/graph/bits';
import type { Peer } from '../../model/peer';
import { formatPort, type Port } from '../../model/port';
import type { IConnectable } from '../../platform/connections';
import type { Claim } from '../../platform/invariant';
import type { Platform } from '../../platform/platform';
import type { Workspace } from '../../platform/workspace';
import type { Member, Members } from './member';

/** A claim that the manifests break. */
export interface BrokenClaim {
  /** The invariant's sentence. */
  readonly name: string;
  readonly workspace: Workspace;
  readonly from: Member;
  readonly to: Member;
  /** What gets through, or does not. */
  readonly what: string;
}

/** Judges every invariant for every workspace. */
export function* brokenClaims(analysis: Analysis, members: Members, platform: Platform): Generator<BrokenClaim> {
  const targets = new Targets(members);
  for (const { name, claims } of platform.invariants) {
    for (const workspace of platform.workspaces) {
      for (const claim of claims(workspace)) {
        for (const from of members.ofPeer(peerOf(claim.from))) {
          for (const [to, what] of broken(analysis, members, claim, from, targets.of(claim.to))) {
            yield { name, workspace, from, to, what };
          }
        }
      }
    }
  }
}

/** What claims are about, found once for each list of ends. */
class Targets {
  private readonly lists = new WeakMap<readonly (IConnectable | Peer)[], ReadonlySet<Member>>();

  constructor(private readonly members: Members) {}

  of(to: Claim['to']): ReadonlySet<Member> {
    if (!isList(to)) return new Set(this.members.ofPeer(peerOf(to)));
    let found = this.lists.get(to);
    if (found === undefined) {
      found = new Set(to.flatMap((end) => this.members.ofPeer(peerOf(end))));
      this.lists.set(to, found);
    }
    return found;
  }
}

function isList(to: Claim['to']): to is readonly (IConnectable | Peer)[] {
  return Array.isArray(to);
}

function* broken(
  { graph }: Analysis,
  members: Members,
  claim: Claim,
  from: Member,
  targets: ReadonlySet<Member>,
): Generator<readonly [Member, string]> {
  if (claim.holds === 'always') {
    for (const to of targets) {
      const what = whatBreaks(claim, graph.between(from.end, to.end));
      if (to !== from && what !== undefined) yield [to, what];
    }
    return;
  }
  // What is reached is little, what must not be reached may be much.
  for (const { ends, connection } of graph.row(from.end)) {
    const what = whatBreaks(claim, connection);
    if (what === undefined) continue;
    const reached = (ends instanceof Bits ? ends.members() : ends).flatMap((end) => members.ofEnd(end));
    for (const to of reached) if (to !== from && targets.has(to)) yield [to, what];
  }
}

function peerOf(end: IConnectable | Peer): Peer {
  return 'connections' in end ? end.connections.end.peer : end;
}

/** What breaks the claim; undefined if nothing does. */
function whatBreaks({ holds, ports }: Claim, { segments }: Connection): string | undefined {
  const concerned = segments.filter((segment) => ports === undefined || ports.some((port) => meets(port, segment)));
  switch (holds) {
    case 'never':
      return concerned[0] === undefined ? undefined : `${range(concerned[0])} gets through`;
    case 'authenticated': {
      const open = concerned.find(({ authenticated }) => !authenticated);
      return open === undefined ? undefined : `${range(open)} gets through without authentication`;
    }
    case 'always': {
      if (ports === undefined) return segments.length === 0 ? 'nothing gets through' : undefined;
      const closed = ports.find((port) => !segments.some((segment) => holdsPort(port, segment)));
      return closed === undefined ? undefined : `${formatPort(closed)} does not get through`;
    }
  }
}

type Segment = Connection['segments'][number];

function meets({ protocol, port, endPort }: Port, segment: Segment): boolean {
  if (protocol !== segment.protocol) return false;
  // What a name stands for is known to the pods alone.
  if (typeof port === 'string') return true;
  return segment.first <= (endPort ?? port) && port <= segment.last;
}

function holdsPort({ protocol, port, endPort }: Port, segment: Segment): boolean {
  if (protocol !== segment.protocol || typeof port === 'string') return protocol === segment.protocol;
  return segment.first <= port && (endPort ?? port) <= segment.last;
}

function range({ protocol, first, last }: Segment): string {
  return first === last ? `${protocol} ${first}` : `${protocol} ${first}-${last}`;
}
