import type { Analysis } from '../analysis';
import { resolvePorts } from '../graph/port-ranges';
import type { NamedPort, Workload } from '../load/manifests';
import type { PeerModel, PortModel } from '../policy/policy-model';
import { Governance, type GoverningRule, membersOf, placeOf } from './governed-pods';
import type { Rule, RuleFinding } from './rule';
import { peerText, portText } from './rule-text';
import { peerHolds } from './subsume';

/**
 * Finds rules that name a peer or a port twice: pods beside the namespace that they are in, a port by its number and by
 * its name. The narrower one looks like a restriction and is none.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors
 */
export const duplicateInRule: Rule = {
  id: 'duplicate-in-rule',
  severity: 'warning',
  title: 'A rule that names a peer or a port twice',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    const governance = Governance.of(analysis);
    const seen = new Set<readonly PeerModel[]>();
    for (const rule of governance.rules) {
      const { peers } = rule.rule;
      // The lists of ports of one rule share its peers.
      const peer = seen.has(peers) ? undefined : heldPeer(peers, analysis);
      seen.add(peers);
      if (peer !== undefined) yield found(rule, `${peerText(peer.inner)}, which ${peerText(peer.outer)} includes`);
      const port = heldPort(rule, analysis, governance);
      if (port !== undefined) yield found(rule, `${portText(port.inner)}, which ${portText(port.outer)} includes`);
    }
  },
};

interface Held<Value> {
  readonly inner: Value;
  readonly outer: Value;
}

function heldPeer(peers: readonly PeerModel[], { dialect }: Analysis): Held<PeerModel> | undefined {
  // Entities such as cluster are lists of their own.
  const hasBlocks = peers.some(({ kind }) => kind === 'block');
  // Beside a block, Cilium 1.19 adds pods that nobody wrote.
  const written = peers.filter(({ kind }) => kind !== 'entity' && !(hasBlocks && kind === 'pods'));
  const texts = new Map<string, PeerModel>();
  for (const peer of written) {
    const text = JSON.stringify(peer);
    const same = texts.get(text);
    if (same !== undefined) return { inner: peer, outer: same };
    texts.set(text, peer);
  }
  if (written.length > MANY) return undefined;
  for (const inner of written) {
    const outer = written.find((other) => other !== inner && peerHolds(other, inner, dialect));
    if (outer !== undefined) return { inner, outer };
  }
  return undefined;
}

/** Lists that are longer come from a machine, and comparing each with each would take too long. */
const MANY = 100;

function heldPort(
  { rule, part }: GoverningRule,
  analysis: Analysis,
  governance: Governance,
): Held<PortModel> | undefined {
  const { ports } = rule;
  if (ports === undefined || ports.length < 2) return undefined;
  const named = ports.some((port) => 'name' in port);
  const servers = named ? serversOf(rule, part, analysis, governance) : [];
  for (const [index, inner] of ports.entries()) {
    const outer = ports.find((other, position) => {
      if (position === index || 'name' in other) return false;
      const within = holdsPort(other, inner, servers);
      // Of two that are the same, the later one is found.
      return within && (position < index || !holdsPort(inner, other, servers));
    });
    if (outer !== undefined) return { inner, outer };
  }
  return undefined;
}

function serversOf(
  rule: GoverningRule['rule'],
  part: GoverningRule['part'],
  analysis: Analysis,
  governance: Governance,
): readonly (readonly NamedPort[])[] {
  const ends =
    part.direction === 'ingress'
      ? governance.groupsOf(part).flatMap((group) => group.ends)
      : membersOf(governance.peersOf(rule));
  const workloads = ends.flatMap((end): readonly Workload[] => {
    const found = analysis.universe.ends[end];
    return found?.kind === 'pods' ? found.workloads : [];
  });
  return workloads.map(({ ports }) => ports);
}

function holdsPort(outer: PortModel, inner: PortModel, servers: readonly (readonly NamedPort[])[]): boolean {
  if ('name' in outer) return false;
  const isWithin = (port: PortModel) =>
    !('name' in port) && port.protocol === outer.protocol && outer.first <= port.first && port.last <= outer.last;
  if (!('name' in inner)) return isWithin(inner);
  return (
    servers.length > 0 &&
    servers.every((ports) => {
      const numbers = resolvePorts([inner], ports);
      return numbers.length > 0 && numbers.every(isWithin);
    })
  );
}

function found(rule: GoverningRule, twice: string): RuleFinding {
  return { at: placeOf(rule), message: `the rule names ${twice} already`, fix: 'remove the one that is meant less' };
}
