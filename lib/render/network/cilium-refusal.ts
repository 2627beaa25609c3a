import type { Edge } from '../../model/edge';
import type { Labels } from '../../model/label';
import { memo } from '../../model/memo';
import { formatPeer, isExternal, type Peer } from '../../model/peer';
import { formatPort } from '../../model/port';
import { isIdentityLabel } from './cilium-label';
import { type CiliumVersion, isAtLeast } from './cilium-version';
import type { Refusal } from './dialect';
import { namedPortRefusals } from './named-port';

/**
 * Everything about an edge that this version of Cilium would refuse, ignore or read differently from how it was said.
 */
export function ciliumRefusals(edge: Edge, version: CiliumVersion): readonly Refusal[] {
  return [
    ...labelRefusals(edge),
    ...patternRefusals(edge.to.peer, version),
    ...authenticationRefusals(edge, version),
    ...namedPortRefusals(edge),
    ...l7Refusals(edge, version),
  ];
}

/** A rule that selects by a label outside of Cilium's identities matches nothing, so the edge would be lost. */
function labelRefusals(edge: Edge): readonly Refusal[] {
  return [...labelsNotMatched(edge.from.peer), ...labelsNotMatched(edge.to.peer)];
}

function labelsNotMatched(peer: Peer): readonly Refusal[] {
  if (peer.kind !== 'pods' || allMatched(peer.labels)) return [];
  return Object.keys(peer.labels)
    .filter((key) => !isIdentityLabel(key))
    .map((key) => ({
      rule: 'label-not-matched',
      message: `${formatPeer(peer)} is selected by the label '${key}', which Cilium does not match pods by`,
      fix: 'select the pods by a label of your own',
    }));
}

/** The same labels stand at many edges. */
const allMatched = memo((labels: Labels) => Object.keys(labels).every(isIdentityLabel));

/** Before 1.19 `**.x` silently means `*.x`. */
function patternRefusals(peer: Peer, version: CiliumVersion): readonly Refusal[] {
  if (peer.kind !== 'fqdn' || !peer.host.startsWith('**.') || isAtLeast(version, '1.19')) return [];
  return [depthRefusal(peer.host, version)];
}

function depthRefusal(host: string, version: CiliumVersion): Refusal {
  return {
    rule: 'pattern-not-expressible',
    message: `Cilium ${version} reads '${host}' as '${host.slice(1)}', which matches one label only`,
    fix: 'name the hosts, or use Cilium 1.19 or newer',
  };
}

/** @see https://docs.cilium.io/en/stable/network/servicemesh/mutual-authentication/mutual-authentication/ */
function authenticationRefusals(edge: Edge, version: CiliumVersion): readonly Refusal[] {
  if (edge.authentication === undefined) return [];
  if (isAtLeast(version, '1.21')) {
    return [
      {
        rule: 'authentication-not-expressible',
        message: `Cilium ${version} has no mutual authentication`,
        fix: 'require SPIFFE mutual TLS in the service or its proxy, encrypt with WireGuard or ztunnel, and declare the edge without authentication',
      },
    ];
  }
  const unproven = [edge.from.peer, edge.to.peer].find((peer) => isExternal(peer) || peer.kind === 'entity');
  if (unproven === undefined) return [];
  return [
    {
      rule: 'authentication-without-identity',
      message: `Cilium never authenticates ${formatPeer(unproven)}`,
      fix: 'remove authentication from the edge, or name pods at both ends',
    },
  ];
}

function l7Refusals(edge: Edge, version: CiliumVersion): readonly Refusal[] {
  if (edge.l7 === undefined) return [];
  const found: Refusal[] = [];
  if ('http' in edge.l7) {
    const other = edge.ports.find((port) => port.protocol !== 'TCP');
    if (other !== undefined) {
      found.push({
        rule: 'l7-protocol',
        message: `HTTP rules do not fit on ${formatPort(other)}`,
        fix: 'declare the HTTP rules on the TCP ports alone',
      });
    }
    return found;
  }
  const range = edge.ports.find((port) => port.endPort !== undefined || port.protocol === 'SCTP');
  if (range !== undefined) {
    found.push({
      rule: 'l7-protocol',
      message: `DNS rules do not fit on ${formatPort(range)}`,
      fix: 'name single TCP and UDP ports',
    });
  }
  const deep = edge.l7.dns.find((name) => name.startsWith('**.'));
  if (deep !== undefined && !isAtLeast(version, '1.19')) found.push(depthRefusal(deep, version));
  return found;
}
