import { domainToUnicode } from 'node:url';
import { InvalidValueError, type Problem, quoted } from '../finding';
import type { DnsName, EdgeEnd } from '../model/edge';
import { splitHost } from '../model/host-pattern';
import { dnsLabelProblem } from '../model/name';
import { isMade, Peer } from '../model/peer';

/**
 * The end of an edge with everything in it checked, frozen.
 * @throws InvalidValueError for a peer or a name that an edge may not have
 */
export function checkedEnd({ peer, title, managed, name }: EdgeEnd): EdgeEnd {
  const named = name === undefined ? {} : { name: checkedName(name) };
  return Object.freeze({ peer: checkedPeer(peer), title, managed, ...named });
}

/**
 * The peer as its factory would have made it. Peers are plain data, so a program can write one by hand; that must not
 * be a way round what the factories refuse, such as `0.0.0.0/0` or a host `*`.
 * @throws InvalidValueError for what the factory of its kind refuses
 */
export function checkedPeer(peer: Peer): Peer {
  if (isMade(peer)) return peer;
  switch (peer.kind) {
    case 'pods':
      return Peer.pods(peer);
    case 'namespace':
      return Peer.namespace(peer.namespace);
    case 'entity':
      return Peer.entity(peer.entity);
    case 'fqdn':
      return Peer.fqdn(peer.host, displayed(peer.host));
    case 'cidr':
      return Peer.cidr(peer.cidr, { except: peer.except });
    case 'internet':
      return Peer.internet(peer);
    default:
      throw new InvalidValueError({
        message: `${quoted(String((peer as { kind?: unknown }).kind ?? 'nothing'))} is no kind of peer`,
        fix: "make peers with Peer, such as Peer.fqdn('api.example.com')",
      });
  }
}

/** What is wrong with something at the end of an edge that is neither a construct nor a peer. */
export function noEndProblem(other: unknown): Problem {
  return {
    message: `${other === undefined ? 'nothing' : quoted(String(other))} is no end of an edge`,
    fix: "give a construct of the platform, or a peer such as Peer.fqdn('api.example.com')",
  };
}

/** A name goes into the DNS rule of whoever looks it up, where `*` would mean every name there is. */
function checkedName(name: DnsName): DnsName {
  if (name.kind === 'host') {
    const { host } = Peer.fqdn(name.host, displayed(name.host));
    return Object.freeze({ kind: 'host', host });
  }
  const problem = dnsLabelProblem(name.service, 'Service name') ?? dnsLabelProblem(name.namespace, 'namespace');
  if (problem !== undefined) throw new InvalidValueError(problem);
  // Copies by spread get a hidden class each.
  const { kind, service, namespace } = name;
  return Object.freeze({ kind, service, namespace });
}

/** What a punycode host displays as; whether its writer knew is not asked a second time. */
function displayed(host: string): { readonly displays?: string } {
  if (typeof host !== 'string') return {};
  const { wildcard, name } = splitHost(host);
  return /(^|\.)xn--/i.test(name) ? { displays: wildcard + domainToUnicode(name) } : {};
}
