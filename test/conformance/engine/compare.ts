import type { Analysis } from '../../../lib/analysis/analysis';
import type { Segment } from '../../../lib/analysis/connection/connection';
import type { AnalysisDialect } from '../../../lib/analysis/dialect';
import type { Manifests } from '../../../lib/analysis/load/manifests';
import { conflictingRules } from '../../../lib/analysis/rules/conflicting-rules';
import { analysed, endIndex } from '../../unit/analysis/graph/compare';
import { packetsOf } from '../../unit/analysis/naive/arbitrary';
import type { End, Query } from '../../unit/analysis/naive/evaluate';
import type { Engine, EngineEnd, Fate, L7Request, Packet } from './engine';
import { type Excuse, excuse, isSpelledTwice } from './excuses';
import { passes, requestsFor } from './requests';

export const CILIUM: AnalysisDialect = { kind: 'cilium', version: '1.19' };

/** A flow about which the graph and Cilium's engine disagree. */
export interface Disagreement {
  readonly about: 'verdict' | 'authentication' | 'request' | 'conflict';
  readonly flow: string;
  readonly graph: string;
  readonly engine: string;
}

export interface Comparison {
  /** Pairs of ends times packets. */
  readonly flows: number;
  /** Flows that the engine allows, and of them those that go through a proxy, and those that need authentication. */
  readonly allowed: number;
  readonly proxied: number;
  readonly authenticated: number;
  /** Requests that a proxy of the engine was asked about. */
  readonly requests: number;
  /** Policies that the agent does not take in. */
  readonly refused: number;
  /** Pairs of ends of which one has policies that the agent cannot merge; it keeps what was there before. */
  readonly uncomputable: number;
  readonly disagreements: readonly Disagreement[];
  /** How often the graph was laxer where that is on purpose, see excuses.ts. */
  readonly excused: Readonly<Partial<Record<Excuse, number>>>;
}

type Pair = Pick<Query, 'from' | 'to'>;

/** Asks the graph and the engine about every packet between pairs of ends. */
export async function compare(engine: Engine, manifests: Manifests, pairs: readonly Pair[]): Promise<Comparison> {
  const packets = packetsOf(manifests);
  const asked = pairs.filter(isDecided);
  const analysis = analysed(
    manifests,
    CILIUM,
    asked.map((pair) => ({ ...pair, ...NO_PACKET })),
  );
  const tally = new Tally(analysis, packets, requestsFor(manifests, hostsOf(asked)));
  const ends = new Ends(analysis.manifests);
  const cases = asked.map((pair) => ({ pair, guises: ends.guises(pair) }));
  const answer = await engine.judge({
    namespaces: analysis.manifests.namespaces.map(({ name, labels }) => ({ name, labels })),
    workloads: analysis.manifests.workloads,
    services: analysis.manifests.services,
    policies: manifests.policies.map(({ object }) => object),
    cidrGroups: manifests.cidrGroups.map(({ object }) => object),
    ends: ends.all,
    pairs: cases.flatMap(({ guises }) => guises.map((guise) => guise.pair)),
    packets,
    requests: tally.requests,
  });
  tally.refused = Object.keys(answer.refused).length;
  tally.conflicts(Object.values(answer.uncomputable));
  let next = 0;
  for (const { pair, guises } of cases) {
    const rows = answer.flows.slice(next, next + guises.length);
    next += guises.length;
    if (rows.includes(null)) {
      tally.uncomputable += 1;
      continue;
    }
    const isEitherWay = guises.map((guise) => guise.isEitherWay);
    const fates = packets.map((_, column) => rows.map((row) => answer.fates[row?.[column] ?? -1] as Fate));
    tally.pair(pair, fates, isEitherWay);
  }
  return tally.result();
}

const NO_PACKET: Packet = { protocol: 'TCP', port: 1 };

/** A pod always reaches itself, and nobody knows what a pod is under while it has no identity yet. */
function isDecided({ from, to }: Pair): boolean {
  if (JSON.stringify(from) === JSON.stringify(to)) return false;
  return ![from, to].some((end) => 'entity' in end && end.entity === 'init');
}

function hostsOf(pairs: readonly Pair[]): readonly string[] {
  return [...new Set(pairs.flatMap(({ from, to }) => [from, to]).flatMap((end) => ('host' in end ? [end.host] : [])))];
}

const API_SERVER_ON_HOST = 'kube-apiserver-on-host';

/** A pair of ends as it may turn out to be. */
interface Guise {
  readonly pair: readonly [number, number];
  /**
   * An API server on the pod's own node is that node, which always reaches its pods. The graph has the node as an end of
   * its own; of the API server it may say what holds elsewhere.
   */
  readonly isEitherWay: boolean;
}

/** The ends of the graph, in the engine's words, and all that each may be. */
class Ends {
  readonly all: EngineEnd[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(private readonly manifests: Manifests) {}

  guises({ from, to }: Pair): readonly Guise[] {
    const targets = this.guisesOf(to).map((end) => this.number(end));
    return this.guisesOf(from).flatMap((source) =>
      targets.map((target) => ({
        pair: [this.number(source), target] as const,
        isEitherWay: source.entity === API_SERVER_ON_HOST,
      })),
    );
  }

  /**
   * Manifests do not tell the family of a host's address, on which node pods on a node's network run, nor where the API
   * server runs: on this node, on another one, or outside the cluster.
   */
  private guisesOf(end: End): readonly EngineEnd[] {
    if ('address' in end) return [{ address: end.address }];
    if ('host' in end) return ([4, 6] as const).map((family) => ({ host: end.host, family }));
    if ('entity' in end) {
      if (end.entity !== 'kube-apiserver') return [{ entity: end.entity }];
      return [
        { entity: end.entity },
        { entity: API_SERVER_ON_HOST },
        ...([4, 6] as const).map((family) => ({ entity: end.entity, family })),
      ];
    }
    const index = this.manifests.workloads.findIndex(({ namespace, name }) => `${namespace}/${name}` === end.workload);
    if (this.manifests.workloads[index]?.hostNetwork === true) return [{ entity: 'host' }, { entity: 'remote-node' }];
    return [{ workload: index + 1 }];
  }

  private number(end: EngineEnd): number {
    const key = JSON.stringify(end);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.all.length);
    return this.all.push(end) - 1;
  }
}

/** Counts flows, and collects those about which the two disagree. */
class Tally {
  refused = 0;
  uncomputable = 0;
  private flows = 0;
  private allowed = 0;
  private proxied = 0;
  private authenticated = 0;
  private asked = 0;
  private readonly disagreements: Disagreement[] = [];
  private readonly excused: Partial<Record<Excuse, number>> = {};

  constructor(
    private readonly analysis: Analysis,
    private readonly packets: readonly Packet[],
    readonly requests: readonly L7Request[],
  ) {}

  /** What the agent cannot put together has to be found by the rule for it. */
  conflicts(errors: readonly string[]): void {
    const found = [...conflictingRules.check(this.analysis)].map(({ message }) => message);
    const real = errors.filter((error) => !error.startsWith('the agent panics'));
    const isByOrder = found.every((message) => message.includes('by which comes first'));
    if (found.length > 0 === real.length > 0 || (isByOrder && real.length === 0)) return;
    if (found.length > 0 && isSpelledTwice(this.analysis.manifests)) {
      this.excused['peer in other words'] = (this.excused['peer in other words'] ?? 0) + 1;
      return;
    }
    this.disagreements.push({
      about: 'conflict',
      flow: 'every flow of a pod',
      graph: JSON.stringify(found),
      engine: JSON.stringify(real),
    });
  }

  /** `fates` holds, for each packet, what happens in each case that is possible. */
  pair(pair: Pair, fates: readonly (readonly Fate[])[], isEitherWay: readonly boolean[]): void {
    const [from, to] = [endIndex(this.analysis, pair.from), endIndex(this.analysis, pair.to)];
    if (from === undefined || to === undefined) throw new Error(`the graph has no end for ${JSON.stringify(pair)}`);
    const { segments } = this.analysis.graph.between(from, to);
    for (const [index, packet] of this.packets.entries()) {
      const [decisive, others] = [true, false].map((wanted) => {
        return (fates[index] ?? []).filter((_, at) => isEitherWay[at] !== wanted);
      });
      this.flow(pair, packet, segments, decisive ?? [], others ?? []);
    }
  }

  private flow(
    pair: Pair,
    packet: Packet,
    segments: readonly Segment[],
    fates: readonly Fate[],
    others: readonly Fate[],
  ): void {
    const segment = segments.find(({ protocol, first, last }) => {
      return protocol === packet.protocol && first <= packet.port && packet.port <= last;
    });
    const passing = fates.filter(({ allowed }) => allowed);
    this.flows += 1;
    this.allowed += passing.length > 0 ? 1 : 0;
    this.proxied += passing.some(({ proxies }) => proxies.some((proxy) => proxy !== '')) ? 1 : 0;
    this.authenticated += passing.some(({ authenticated }) => authenticated) ? 1 : 0;
    const differ = (
      about: Disagreement['about'],
      graph: unknown,
      engine: unknown,
      isLaxer: boolean,
      what?: L7Request,
    ) => {
      const reason = isLaxer
        ? excuse({ about, pair, packet, segment, fates, request: what, manifests: this.analysis.manifests })
        : undefined;
      if (reason !== undefined) {
        this.excused[reason] = (this.excused[reason] ?? 0) + 1;
        return;
      }
      const request = what === undefined ? {} : { request: what };
      this.disagreements.push({
        about,
        flow: JSON.stringify({ ...pair, ...packet, ...request }),
        graph: JSON.stringify(graph),
        engine: JSON.stringify(engine),
      });
    };

    const isAllowed = segment !== undefined;
    if (isAllowed !== passing.length > 0) {
      if (isAllowed && others.some(({ allowed }) => allowed)) return;
      differ('verdict', isAllowed, fates, isAllowed);
      return;
    }
    if (segment === undefined) return;
    // In doubt the graph says what the laxest case says.
    const isAuthenticated = passing.every(({ authenticated }) => authenticated);
    if (segment.authenticated !== isAuthenticated) {
      differ('authentication', segment.authenticated, fates, !segment.authenticated);
    }
    for (const [index, request] of this.requests.entries()) {
      const outcomes = new Set(passing.map(({ requests }) => requests[index]));
      this.asked += outcomes.has('n') ? 1 : 0;
      const graph = passes(segment, request, CILIUM);
      if (outcomes.has('y') && !graph) differ('request', segment.l7, fates, false, request);
      else if (!outcomes.has('y') && !outcomes.has('?') && graph) differ('request', segment.l7, fates, true, request);
    }
  }

  result(): Comparison {
    const { flows, allowed, proxied, authenticated, asked, refused, uncomputable, disagreements, excused } = this;
    return { flows, allowed, proxied, authenticated, requests: asked, refused, uncomputable, disagreements, excused };
  }
}
