import type { Edge, L7 } from '../../model/edge';
import type { Labels } from '../../model/label';
import { memo } from '../../model/memo';
import { formatPeer, isExternal, type Peer } from '../../model/peer';
import { formatPort } from '../../model/port';
import { isIdentityLabel } from './cilium-label';
import { type CiliumVersion, isAtLeast } from './cilium-version';
import type { Refusal } from './dialect';
import { refuseNamedPort } from './named-port';

/**
 * Everything about an edge that this version of Cilium would refuse, ignore or read differently from how it was said.
 * Nearly every edge passes, and there are hundreds of thousands: checks add to one list instead of joining lists.
 */
export function ciliumRefusals(edge: Edge, version: CiliumVersion): readonly Refusal[] {
  const found: Refusal[] = [];
  const { from, to } = edge;
  refuseLabels(from.peer, found);
  refuseLabels(to.peer, found);
  refusePattern(to.peer, version, found);
  if (edge.authentication !== undefined) refuseAuthentication(edge, version, found);
  refuseNamedPort(edge, found);
  if (edge.l7 !== undefined) refuseL7(edge, edge.l7, version, found);
  return found;
}

/** A rule that selects by a label outside of Cilium's identities matches nothing, so the edge would be lost. */
function refuseLabels(peer: Peer, found: Refusal[]): void {
  if (peer.kind !== 'pods' || allMatched(peer.labels)) return;
  for (const key of Object.keys(peer.labels)) {
    if (isIdentityLabel(key)) continue;
    found.push({
      rule: 'label-not-matched',
      message: `${formatPeer(peer)} is selected by the label '${key}', which Cilium does not match pods by`,
      fix: 'select the pods by a label of your own',
    });
  }
}

/** The same labels stand at many edges. */
const allMatched = memo((labels: Labels) => Object.keys(labels).every(isIdentityLabel));

/** Before 1.19 `**.x` silently means `*.x`. */
function refusePattern(peer: Peer, version: CiliumVersion, found: Refusal[]): void {
  if (peer.kind !== 'fqdn' || !peer.host.startsWith('**.') || isAtLeast(version, '1.19')) return;
  found.push(depthRefusal(peer.host, version));
}

function depthRefusal(host: string, version: CiliumVersion): Refusal {
  return {
    rule: 'pattern-not-expressible',
    message: `Cilium ${version} reads '${host}' as '${host.slice(1)}', which matches one label only`,
    fix: 'name the hosts, or use Cilium 1.19 or newer',
  };
}

/** @see https://docs.cilium.io/en/stable/network/servicemesh/mutual-authentication/mutual-authentication/ */
function refuseAuthentication({ from, to }: Edge, version: CiliumVersion, found: Refusal[]): void {
  if (isAtLeast(version, '1.21')) {
    found.push({
      rule: 'authentication-not-expressible',
      message: `Cilium ${version} has no mutual authentication`,
      fix: 'require SPIFFE mutual TLS in the service or its proxy, encrypt with WireGuard or ztunnel, and declare the edge without authentication',
    });
    return;
  }
  const unproven = [from.peer, to.peer].find((peer) => isExternal(peer) || peer.kind === 'entity');
  if (unproven === undefined) return;
  found.push({
    rule: 'authentication-without-identity',
    message: `Cilium never authenticates ${formatPeer(unproven)}`,
    fix: 'remove authentication from the edge, or name pods at both ends',
  });
}

function refuseL7({ ports }: Edge, l7: L7, version: CiliumVersion, found: Refusal[]): void {
  if ('http' in l7) {
    const other = ports.find((port) => port.protocol !== 'TCP');
    if (other === undefined) return;
    found.push({
      rule: 'l7-protocol',
      message: `HTTP rules do not fit on ${formatPort(other)}`,
      fix: 'declare the HTTP rules on the TCP ports alone',
    });
    return;
  }
  const range = ports.find((port) => port.endPort !== undefined || port.protocol === 'SCTP');
  if (range !== undefined) {
    found.push({
      rule: 'l7-protocol',
      message: `DNS rules do not fit on ${formatPort(range)}`,
      fix: 'name single TCP and UDP ports',
    });
  }
  const deep = l7.dns.find((name) => name.startsWith('**.'));
  if (deep !== undefined && !isAtLeast(version, '1.19')) found.push(depthRefusal(deep, version));
}
