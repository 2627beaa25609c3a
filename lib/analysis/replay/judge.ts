import { type Analysis, analyse } from '../analysis';
import { Explainer, memberAt } from '../answer/explain';
import { nameResolution } from '../answer/name-resolution';
import { RuleIndex } from '../answer/rule-index';
import type { Segment } from '../connection/connection';
import type { AnalysisDialect } from '../dialect';
import type { FlowAddress, FlowEnd, FlowPods } from '../flow/flow';
import type { Manifests } from '../load/manifests';
import { namePatternMatches } from '../universe/name-pattern';
import type { Outcome, Reason, ReplayEnd, Sides } from './outcome';
import type { PendingFlows } from './pending-flows';
import { ReplayWorkloads } from './replay-workloads';
import { requestPasses } from './request-match';

/** What becomes of flows that are alike. */
export interface Judgement {
  readonly source: ReplayEnd;
  readonly target: ReplayEnd;
  readonly outcome: Outcome;
  readonly reason?: Reason;
}

type Answer = Omit<Judgement, 'source' | 'target'>;

/** What two ends allow on one port. */
interface Pair extends Sides {
  readonly segment: Segment | undefined;
}

/** With more kinds of pods than this, those that went before are forgotten. */
const MOST_SEEN = 50_000;
const MOST_PAIRS = 50_000;
const FORWARDED: Answer = { outcome: 'forwarded' };
/** The best that can be said of several ends that an address may be. */
const BEST: readonly Outcome[] = ['forwarded', 'authentication', 'undecided', 'refused', 'denied'];

/** Judges flows by manifests, with the ends of the flows among those that the analysis tells apart. */
export class Judge {
  analysis: Analysis;
  private rules: RuleIndex;
  private workloads: ReplayWorkloads;
  /** One name for each set of patterns that names match. */
  private readonly names = new Map<string, string>();
  private readonly patterns: readonly string[];
  private pairs = new Map<string, Pair>();
  private known = 0;

  constructor(
    private readonly manifests: Manifests,
    private readonly dialect: AnalysisDialect,
  ) {
    this.workloads = new ReplayWorkloads(manifests);
    this.analysis = analyse(manifests, { dialect });
    this.rules = new RuleIndex(this.analysis);
    this.patterns = this.analysis.universe.ends.flatMap((end) => (end.kind === 'name' ? [end.pattern] : []));
  }

  /** Judges flows one after the other. The analysis is made anew if they have ends that it does not know yet. */
  *judge(all: readonly PendingFlows[]): Generator<readonly [PendingFlows, Judgement]> {
    if (this.workloads.seen > MOST_SEEN) {
      this.workloads = new ReplayWorkloads(this.manifests);
      this.known = -1;
    }
    for (const { source, destination } of all) {
      for (const end of [source, destination]) {
        if (end.kind === 'pods') this.workloads.of(end);
        else if (end.kind === 'address') for (const name of end.names) this.sample(name);
      }
    }
    const known = this.workloads.size + this.names.size;
    if (known !== this.known) this.analyse();
    this.known = known;
    for (const flows of all) {
      const { source, destination } = flows;
      const ends = { source: this.endOf(source, true), target: this.endOf(destination, false) };
      yield [flows, { ...ends, ...this.answer(flows) }];
    }
  }

  private analyse(): void {
    const interest = { names: [...this.names.values()] };
    this.analysis = analyse(this.workloads.complete(), { dialect: this.dialect, ...interest });
    this.rules = new RuleIndex(this.analysis);
    this.pairs = new Map();
  }

  /** A name that stands for all that the same patterns match. */
  private sample(name: string): string {
    const matching = this.patterns.filter((pattern) => namePatternMatches(pattern, name, this.dialect));
    const key = matching.join(' ');
    const sample = this.names.get(key) ?? name;
    this.names.set(key, sample);
    return sample;
  }

  /** Clients outside are one end: nobody writes rules for each of them. */
  private endOf(end: FlowEnd, isSource: boolean): ReplayEnd {
    switch (end.kind) {
      case 'pods':
        return {
          label: `${end.namespace}/${end.name}`,
          ...(this.isKnown(end) ? {} : { isUnknown: true as const }),
        };
      case 'entity':
        return { label: end.entity };
      case 'address':
        return { label: isSource ? 'world' : (end.names[0] ?? end.address) };
      case 'unknown':
        return { label: end.address ?? 'unknown' };
    }
  }

  /** Manifests that hold no workloads at all do not make those of flows remarkable. */
  private isKnown(end: FlowPods): boolean {
    return this.manifests.workloads.length === 0 || this.workloads.of(end)?.isKnown === true;
  }

  private answer(flows: PendingFlows): Answer {
    const { source, destination } = flows;
    const known =
      betweenPods(source, destination) ?? (this.dialect.kind === 'kubernetes' ? outOfSight(flows) : undefined);
    if (known !== undefined) return known;
    const [from, to] = [this.index(source), this.index(destination)];
    if (from === undefined) return notFound(source);
    if (to === undefined) return notFound(destination);
    if (destination.kind === 'address') return this.toAddress(flows, from, to, destination);
    return this.decide(flows, this.pair(from, to, flows));
  }

  /** The class of an end; undefined where the recording, or the dialect, does not tell. */
  private index(end: FlowEnd): number | undefined {
    const { universe } = this.analysis;
    switch (end.kind) {
      case 'pods': {
        const found = this.workloads.of(end);
        return found === undefined ? undefined : universe.endOf(found.workload);
      }
      case 'address':
        return universe.addressEnds(end.address)[0];
      case 'entity': {
        const index = universe.ends.findIndex((known) => known.kind === 'entity' && known.entity === end.entity);
        if (index >= 0) return index;
        return end.address === undefined ? undefined : universe.addressEnds(end.address)[0];
      }
      case 'unknown':
        return undefined;
    }
  }

  /** An address may be open as such, or by a name that it has. A rule that denies it decides before any of them. */
  private toAddress(flows: PendingFlows, from: number, to: number, { names }: FlowAddress): Answer {
    const asAddress = this.pair(from, to, flows);
    const answers = [this.decide(flows, asAddress)];
    if (asAddress.segment !== undefined || (asAddress.egress?.denying.length ?? 0) > 0) return answers[0] as Answer;
    for (const name of names) {
      const end = this.analysis.universe.nameEnd(this.sample(name));
      if (end === undefined) continue;
      const asName = this.pair(from, end, flows);
      const { egress } = asName;
      const isLearned = nameResolution(this.analysis, from, name).status === 'observed';
      answers.push(
        asName.segment === undefined || isLearned
          ? this.decide(flows, asName)
          : {
              outcome: 'denied',
              reason: { kind: 'name-not-learned', name, ...(egress === undefined ? {} : { egress }) },
            },
      );
    }
    const best = answers.reduce((a, b) => (BEST.indexOf(b.outcome) <= BEST.indexOf(a.outcome) ? b : a));
    if (names.length > 0 || best.outcome !== 'denied') return best;
    const open = this.patterns.filter((pattern) => this.isOpenByName(pattern, from, flows));
    return open.length === 0 ? best : doubt('no-name', open);
  }

  private isOpenByName(pattern: string, from: number, flows: PendingFlows): boolean {
    const end = this.analysis.universe.nameEnd(pattern);
    return end !== undefined && this.pair(from, end, flows).segment !== undefined;
  }

  private decide({ request }: PendingFlows, { segment, egress, ingress }: Pair): Answer {
    if (segment === undefined) {
      const sides = { ...(egress === undefined ? {} : { egress }), ...(ingress === undefined ? {} : { ingress }) };
      return { outcome: 'denied', reason: { kind: 'policies', ...sides } };
    }
    const { l7 } = segment;
    if (l7.length > 0) {
      if (request === undefined) {
        return { outcome: 'undecided', reason: { kind: 'doubt', doubt: 'no-requests', about: ruleTexts(l7) } };
      }
      const match = requestPasses(request, l7, this.dialect);
      if (match === 'no') return { outcome: 'refused', reason: { kind: 'requests', l7 } };
      if (match === 'unknown') return doubt('request-conditions', ruleTexts(l7));
    }
    return segment.authenticated ? { outcome: 'authentication' } : FORWARDED;
  }

  private pair(from: number, to: number, { protocol, port }: PendingFlows): Pair {
    const key = `${from} ${to} ${protocol}${port}`;
    let found = this.pairs.get(key);
    if (found === undefined) {
      found = this.compute(from, to, { protocol, first: port, last: port });
      if (this.pairs.size >= MOST_PAIRS) this.pairs.clear();
      this.pairs.set(key, found);
    }
    return found;
  }

  private compute(from: number, to: number, range: Pick<Segment, 'protocol' | 'first' | 'last'>): Pair {
    const { analysis } = this;
    // Type 0 of ICMP and port 0 are what rules call every one; ports start at 1.
    const segment = analysis.graph.between(from, to).segments.find(({ protocol, first, last }) => {
      return protocol === range.protocol && first <= range.first && range.first <= last;
    });
    if (segment !== undefined) return { segment };
    const explainer = new Explainer(analysis, range, this.rules);
    const { egress, ingress } = explainer.verdict(memberAt(analysis, from), memberAt(analysis, to));
    return {
      segment,
      ...(egress === undefined ? {} : { egress }),
      ...(ingress === undefined ? {} : { ingress }),
    };
  }
}

/** What policies do not decide, or not those of this cluster. */
function betweenPods(source: FlowEnd, destination: FlowEnd): Answer | undefined {
  if (source.kind !== 'pods' || destination.kind !== 'pods') return undefined;
  const isSamePod = source.pod !== undefined && source.pod === destination.pod;
  if (isSamePod && source.namespace === destination.namespace) return FORWARDED;
  const clusters = [source.cluster, destination.cluster].filter((cluster) => cluster !== undefined);
  return clusters[0] === clusters.at(-1) ? undefined : doubt('other-cluster', clusters);
}

/** What plain Kubernetes says nothing about, and what it promises whatever policies say: a node reaches its own pods. */
function outOfSight({ source, protocol }: PendingFlows): Answer | undefined {
  if (protocol === 'ICMP' || protocol === 'ICMPv6') return doubt('icmp');
  return source.kind === 'entity' && (source.entity === 'host' || source.entity === 'health') ? FORWARDED : undefined;
}

function notFound(end: FlowEnd): Answer {
  return end.kind === 'pods' ? doubt('no-labels', [end.namespace]) : doubt('unknown-end');
}

function doubt(kind: (Reason & { kind: 'doubt' })['doubt'], about: readonly string[] = []): Answer {
  return { outcome: 'undecided', reason: { kind: 'doubt', doubt: kind, about } };
}

function ruleTexts(l7: Segment['l7']): readonly string[] {
  return [...new Set(l7.flat().map(({ rule }) => rule))];
}
