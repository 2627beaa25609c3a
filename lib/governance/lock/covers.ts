import { INTERNET } from '../../model/cidr';
import { splitHost, standsFor } from '../../model/host-pattern';
import { contains, type IpRange, knownRange } from '../../model/ip-range';
import type {
  LockEntry,
  LockedEdge,
  LockedEnd,
  LockedIdentity,
  LockedPods,
  LockedPort,
  LockedRight,
  LockedTrust,
} from './entry';
import { lineOf } from './line';

/** Ways in which one entry allows more than another one. */
export type Gain =
  | 'further hosts'
  | 'further addresses'
  | 'further pods'
  | 'further ports'
  | 'authentication is not asked for any more'
  | 'requests are not looked at any more'
  | 'further requests'
  | 'further capabilities'
  | 'further images';

/**
 * How an entry differs from another one about the same thing: what `wide` allows and `narrow` does not. Empty if it
 * allows nothing more; undefined if the two are about different things.
 */
export function gains(wide: LockEntry, narrow: LockEntry): readonly Gain[] | undefined {
  if (wide.scope !== narrow.scope || wide.kind !== narrow.kind) return undefined;
  if (wide.kind === 'edge') return edgeGains(wide, narrow as LockedEdge);
  if (wide.kind === 'pods') return podGains(wide, narrow as LockedPods);
  if (wide.kind === 'identity') return identityGains(wide, narrow as LockedIdentity);
  if (wide.kind === 'right') return rightGains(wide, narrow as LockedRight);
  if (wide.kind === 'trust') return trustGains(wide, narrow as LockedTrust);
  return lineOf(wide) === lineOf(narrow) ? [] : undefined;
}

function edgeGains(wide: LockedEdge, narrow: LockedEdge): readonly Gain[] | undefined {
  const [from, to] = [endGains(wide.from, narrow.from), endGains(wide.to, narrow.to)];
  const ports = portGains(wide.port, narrow.port);
  if (from === undefined || to === undefined || ports === undefined) return undefined;
  return [
    ...from,
    ...to,
    ...ports,
    ...(narrow.authenticated && !wide.authenticated ? (['authentication is not asked for any more'] as const) : []),
    ...requestGains(wide.requests, narrow.requests),
  ];
}

/** undefined where neither end holds the other one. */
function endGains(wide: LockedEnd, narrow: LockedEnd): readonly Gain[] | undefined {
  if (JSON.stringify(wide) === JSON.stringify(narrow)) return [];
  if (wide.kind === 'host' && narrow.kind === 'host') {
    if (hostHolds(wide.host, narrow.host)) return ['further hosts'];
    return hostHolds(narrow.host, wide.host) ? [] : undefined;
  }
  const [outer, inner] = [rangesOf(wide), rangesOf(narrow)];
  if (outer !== undefined && inner !== undefined) {
    if (holds(outer, inner)) return ['further addresses'];
    return holds(inner, outer) ? [] : undefined;
  }
  // The internet has every host, whatever its address.
  if (wide.kind === 'internet' && narrow.kind === 'host') return ['further hosts'];
  return wide.kind === 'host' && narrow.kind === 'internet' ? [] : undefined;
}

/** Whether a host, exact or a pattern, stands for another one, or for all that another pattern stands for. */
export function hostHolds(pattern: string, host: string): boolean {
  const wide = splitHost(pattern);
  const narrow = splitHost(host);
  if (wide.wildcard === '') return pattern === host;
  if (narrow.wildcard === '**.') return wide.wildcard === '**.' && isSameOrBelow(narrow.name, wide.name);
  if (narrow.wildcard === '*.') {
    return wide.wildcard === '**.' ? isSameOrBelow(narrow.name, wide.name) : narrow.name === wide.name;
  }
  return standsFor(wide, host);
}

function isSameOrBelow(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}

interface Ranges {
  readonly blocks: readonly IpRange[];
  readonly except: readonly IpRange[];
}

function rangesOf(end: LockedEnd): Ranges | undefined {
  if (end.kind === 'cidr') return { blocks: [knownRange(end.cidr)], except: end.except.map(knownRange) };
  if (end.kind !== 'internet') return undefined;
  return {
    blocks: INTERNET.map(({ cidr }) => knownRange(cidr)),
    except: INTERNET.flatMap(({ except }) => except.map(knownRange)),
  };
}

/** Each block lies in a block of the other, and every exception of the other that touches it is an exception here. */
function holds(outer: Ranges, inner: Ranges): boolean {
  return inner.blocks.every(
    (block) =>
      outer.blocks.some((other) => contains(other, block)) &&
      outer.except.every(
        (hole) =>
          !(contains(block, hole) || contains(hole, block)) || inner.except.some((other) => contains(other, hole)),
      ),
  );
}

/** undefined for ports that have nothing in common. */
function portGains(wide: LockedPort, narrow: LockedPort): readonly Gain[] | undefined {
  if (wide.protocol !== narrow.protocol) return undefined;
  if ('name' in wide || 'name' in narrow) {
    return 'name' in wide && 'name' in narrow && wide.name === narrow.name ? [] : undefined;
  }
  if (wide.first > narrow.last || wide.last < narrow.first) return undefined;
  return wide.first < narrow.first || wide.last > narrow.last ? ['further ports'] : [];
}

function requestGains(wide: readonly string[] | undefined, narrow: readonly string[] | undefined): readonly Gain[] {
  if (narrow === undefined) return [];
  if (wide === undefined) return ['requests are not looked at any more'];
  return wide.every((request) => narrow.includes(request)) ? [] : ['further requests'];
}

/** A name means more pods with fewer labels; in another namespace it means others. */
function podGains(wide: LockedPods, narrow: LockedPods): readonly Gain[] | undefined {
  if (wide.name !== narrow.name) return undefined;
  const same = wide.namespace === narrow.namespace && hasAll(wide.labels, narrow.labels);
  return same ? [] : ['further pods'];
}

function identityGains(wide: LockedIdentity, narrow: LockedIdentity): readonly Gain[] | undefined {
  if (wide.spiffeId !== narrow.spiffeId) return undefined;
  const same = wide.namespace === narrow.namespace && wide.serviceAccount === narrow.serviceAccount;
  return same && hasAll(wide.labels, narrow.labels) ? [] : ['further pods'];
}

function rightGains(wide: LockedRight, narrow: LockedRight): readonly Gain[] | undefined {
  const { agent, right, subject, capabilities } = narrow;
  if (wide.agent !== agent || wide.right !== right || wide.subject !== subject) return undefined;
  return wide.capabilities.every((capability) => capabilities.includes(capability)) ? [] : ['further capabilities'];
}

/** Registries and bases are starts of images' names, so that a shorter one lets more of them through. */
function trustGains(wide: LockedTrust, narrow: LockedTrust): readonly Gain[] | undefined {
  if (wide.what !== narrow.what) return undefined;
  if (wide.subject === narrow.subject) return [];
  if (wide.what !== 'registry' && wide.what !== 'image-base') return undefined;
  if (narrow.subject.startsWith(wide.subject)) return ['further images'];
  return wide.subject.startsWith(narrow.subject) ? [] : undefined;
}

/** Whether one label set asks for everything that another one asks for. */
function hasAll(labels: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}
