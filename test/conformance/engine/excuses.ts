import type { Segment } from '../../../lib/analysis/connection/connection';
import type { Manifests } from '../../../lib/analysis/load/manifests';
import { evaluate, type Query } from '../../unit/analysis/naive/evaluate';
import { CILIUM, type Disagreement } from './compare';
import type { Fate, L7Request, Packet } from './engine';

/** A flow for which the graph allows more than the engine does. */
export interface Laxer {
  readonly about: Disagreement['about'];
  readonly pair: Pick<Query, 'from' | 'to'>;
  readonly packet: Packet;
  readonly segment: Segment | undefined;
  readonly fates: readonly Fate[];
  readonly request: L7Request | undefined;
  readonly manifests: Manifests;
}

/**
 * Where the graph allows more than Cilium on purpose. It never allows less: that is a disagreement, whatever the reason.
 */
const EXCUSES = {
  /**
   * What an end is the manifests do not tell: the graph takes the case that allows most, and so asks for least. It does so
   * rule by rule: a deny for the world and another one for the cluster are no deny for an API server, which is surely in
   * one of them.
   */
  'doubtful end': ({ fates }) => fates.length > 1,
  /** The label of an address in the world depends on whether the cluster has both families of addresses. */
  'label of the world': ({ pair: { from, to }, manifests: { policies } }) =>
    ['address', 'host'].some((kind) => kind in from || kind in to) &&
    JSON.stringify(policies.map(({ object }) => object)).includes('reserved:world'),
  /** A list of names outlasts some broader rules in Cilium; the graph takes it for void beside any of them. */
  'list of names': ({ about, request, fates }) =>
    about === 'request' &&
    request?.kind !== 'http' &&
    fates.some(({ proxies }) => proxies.includes('dns') || proxies.includes('tls')),
  /**
   * What a wider rule requires may get lost on its way to a silent one, by the order of a Go map in Cilium; the graph
   * does not count on it (see isAuthenticated in lib/analysis/graph/authentication.ts). The naive evaluator tells whether
   * that is the case here.
   */
  'authentication by chance': ({ about, pair, packet, manifests }) => {
    if (about !== 'authentication') return false;
    const [arriving, lost] = [true, false].map((authenticationArrives) => {
      // The engine is asked about pods alone.
      const options = { ipBlockAdmitsNamespace: true, authenticationArrives, onlyPodsDecide: true };
      return evaluate(manifests, CILIUM, { ...pair, ...packet }, options).authenticated;
    });
    return arriving === true && lost === false;
  },
  /** Requests of the node pass for free in the graph, since the node always reaches its pods; a proxy may still look. */
  'requests of the node': ({ about, pair: { from } }) =>
    about === 'request' && 'entity' in from && from.entity === 'host',
  /**
   * A rule for server names or for Kafka says nothing about HTTP, so in the graph requests are free beside it. In Cilium
   * a rule for requests on the port still counts: the proxy for them has precedence, and finds nothing else in them. The
   * other end may have its own list; with two lists neither end is free.
   */
  'requests beside another protocol': ({ about, request, segment, manifests: { policies } }) =>
    about === 'request' &&
    request?.kind === 'http' &&
    segment !== undefined &&
    segment.l7.length < 2 &&
    /"(serverNames|kafka)"/.test(JSON.stringify(policies.map(({ object }) => object))),
} satisfies Record<string, (flow: Laxer) => boolean>;

/** Whether a label may be written with its source and without: Cilium takes the two for different peers, the rule does not. */
export function isSpelledTwice({ policies }: Manifests): boolean {
  return /"(any:|k8s:|io\.kubernetes|io\.cilium)/.test(JSON.stringify(policies.map(({ object }) => object)));
}

/** Of all flows, one excuse may hold for at most this part, so that none becomes a way round the comparison. */
export const EXCUSED_AT_MOST = 0.005;

type Laxity = keyof typeof EXCUSES;
/** `peer in other words` is about conflicts, which have no flow; see isSpelledTwice. */
export type Excuse = Laxity | 'peer in other words';

/** Why the graph may be laxer here; undefined where it may not. */
export function excuse(flow: Laxer): Excuse | undefined {
  return (Object.keys(EXCUSES) as Laxity[]).find((reason) => EXCUSES[reason](flow));
}
