import type { Analysis } from '../analysis';
import type { Connection, Segment } from '../connection/connection';
import { accessTo } from '../graph/access';
import type { PortRange } from '../graph/port-ranges';
import type { Workload } from '../load/manifests';
import type { Direction } from '../policy/policy-model';
import type { ExplainQuery, Explanation, Side, Verdict } from './explanation';
import { meets, placeOf } from './grant';
import { type Member, MergedVerdicts } from './merged-verdicts';
import { nameResolution } from './name-resolution';
import { nearestRules } from './nearest-rule';
import { PortFilter } from './port-filter';
import { checkPortOf } from './port-query';
import { addressesEnd, entitiesEnd, nameEnd, type ReachEnd, workloadEnd } from './reach-end';
import { resolve, resolveSource, type Selection } from './resolve';
import { RuleIndex } from './rule-index';

const LIMIT = 100;

/**
 * Whether `from` may connect to `to`, and which rules, policies and labels make it so. Ends that policies do not tell
 * apart are explained once.
 * @throws InvalidValueError if the manifests hold no such ends, or the dialect says nothing about the protocol
 */
export function explain(analysis: Analysis, query: ExplainQuery): Explanation {
  checkPortOf(analysis.dialect, query.port);
  const [from, to] = [resolveSource(analysis, query.from), resolve(analysis, query.to)];
  const reader = new Explainer(analysis, query.port);
  const [sources, destinations] = [members(analysis, from), members(analysis, to)];
  const limit = query.limit ?? LIMIT;
  const merged = new MergedVerdicts(query);
  let seen = 0;
  for (const source of sources) {
    for (const destination of destinations) {
      if (merged.size >= limit) break;
      seen++;
      merged.add(reader.verdict(source, destination), source, destination);
    }
  }
  const verdicts = merged.verdicts();
  const { from: fromPeer, to: toPeer, port } = query;
  return {
    query: { from: fromPeer, to: toPeer, port },
    allowed: together(verdicts.map(({ allowed }) => allowed)),
    verdicts,
    omitted: sources.length * destinations.length - seen,
  };
}

function members(analysis: Analysis, { ends, workloads }: Selection): readonly Member[] {
  return [...ends].map((index) => memberAt(analysis, index, workloads));
}

/**
 * An end by its index.
 * @param workloads those that are meant, where the end holds others too; all by default
 */
export function memberAt({ universe }: Analysis, index: number, workloads?: ReadonlySet<Workload>): Member {
  const end = universe.ends[index];
  switch (end?.kind) {
    case 'pods': {
      const meant = end.workloads.filter((workload) => workloads?.has(workload) !== false);
      return { index, end: workloadEnd(meant[0] as Workload, meant.length - 1), ranges: [] };
    }
    case 'addresses':
      return { index, end: addressesEnd(end.ranges), ranges: end.ranges };
    case 'name':
      return { index, end: nameEnd(end.pattern), ranges: [] };
    default:
      return { index, end: entitiesEnd(end === undefined ? [] : [end.entity]), ranges: [] };
  }
}

/** Explains connections on some ports, pair by pair. */
export class Explainer {
  private readonly filter: PortFilter;

  constructor(
    private readonly analysis: Analysis,
    private readonly port: PortRange,
    private readonly rules: RuleIndex = new RuleIndex(analysis),
  ) {
    this.filter = new PortFilter(port);
  }

  verdict(from: Member, to: Member): Verdict {
    const { analysis } = this;
    if (from.index === to.index && isOnePod(from.end)) {
      const segments = this.filter.of(analysis.graph.connections.everything);
      return { from: from.end, to: to.end, allowed: 'yes', segments, isSelf: true };
    }
    const segments = this.filter.of(analysis.graph.between(from.index, to.index));
    const egress = this.side('egress', from.index, to.index);
    const ingress = this.side('ingress', to.index, from.index);
    return {
      from: from.end,
      to: to.end,
      allowed: this.share(segments),
      segments,
      ...(egress === undefined ? {} : { egress }),
      ...(ingress === undefined ? {} : { ingress }),
      ...(to.end.kind === 'name' && egress !== undefined
        ? { resolution: this.resolution(from.index, to.end.name) }
        : {}),
    };
  }

  private side(direction: Direction, subject: number, peer: number): Side | undefined {
    const { analysis, rules, port } = this;
    const end = analysis.universe.ends[subject];
    if (end?.kind !== 'pods') return undefined;
    const segments = this.filter.of(accessTo(analysis.graph[direction].access(subject), peer) ?? NOTHING);
    const speaking = rules.rulesFor(direction, subject, peer).filter(({ rule }) => {
      const ranges = rules.rangesOf(direction, rule, subject, peer);
      return ranges === undefined || ranges.some((range) => meets(range, port));
    });
    const places = (effect: 'allow' | 'deny') =>
      distinct(speaking.filter(({ rule }) => rule.effect === effect).map(({ policy, rule }) => placeOf(policy, rule)));
    const isolating = rules.isolating(direction, subject);
    const allowed = this.share(segments);
    const granting = places('allow');
    const because = end.hostNetwork
      ? 'host-network'
      : isolating.length === 0
        ? 'not-restricted'
        : granting.length === 0 && allowed !== 'no'
          ? 'node'
          : undefined;
    return {
      direction,
      allowed,
      ...(because === undefined ? {} : { because }),
      isolating: isolating.map((policy) => placeOf(policy)),
      granting,
      denying: places('deny'),
      nearest: allowed === 'no' ? nearestRules(analysis, rules, direction, subject, peer, port) : [],
    };
  }

  private resolution(from: number, name: string): NonNullable<Verdict['resolution']> {
    const { status, rules } = nameResolution(this.analysis, from, name);
    return { status, rules: distinct(rules.map(({ policy, rule }) => placeOf(policy, rule))) };
  }

  /** How much of the ports asked about is in these segments. */
  private share(segments: readonly Segment[]): Side['allowed'] {
    const open = segments.reduce((sum, { first, last }) => sum + last - first + 1, 0);
    if (open === 0) return 'no';
    return open === this.port.last - this.port.first + 1 ? 'yes' : 'some';
  }
}

function isOnePod(end: ReachEnd): boolean {
  return end.kind === 'workload' && end.workload === 'Pod' && end.alike === undefined;
}

const NOTHING: Connection = { id: -1, segments: [] };

function together(answers: readonly Verdict['allowed'][]): Explanation['allowed'] {
  const [first = 'no'] = answers;
  return answers.every((answer) => answer === first) ? first : 'some';
}

function distinct<Value>(values: readonly Value[]): readonly Value[] {
  return [...new Set(values)];
}
