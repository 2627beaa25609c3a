import type { Analysis } from '../analysis';
import type { Connection } from '../connection/connection';
import { accessTo } from '../graph/access';
import { Bits } from '../graph/bits';
import type { Direction } from '../policy/policy-model';
import { RuleIndex } from './rule-index';

/**
 * The graph as the policies draw it: without what nodes may do whatever policies say, unless somebody wants to know
 * that too. A node reaches each of its pods, which says nothing about the policies at hand.
 */
export class GrantedGraph {
  readonly rules: RuleIndex;
  private readonly hosts: Readonly<Record<Direction, Bits>>;

  /** @param withAlways whether what no policy can forbid counts */
  constructor(
    readonly analysis: Analysis,
    private readonly withAlways = false,
  ) {
    this.rules = new RuleIndex(analysis);
    this.hosts = { egress: this.always('egress'), ingress: this.always('ingress') };
  }

  /** What pods of `from` may send to `to`. */
  between(from: number, to: number): Connection {
    const { graph, universe } = this.analysis;
    if (!this.isCorrected(from, to)) return graph.between(from, to);
    const out = this.hosts.egress.has(to)
      ? this.rules.granted('egress', from, to)
      : accessTo(graph.egress.access(from), to);
    if (out === undefined) return graph.connections.nothing;
    const isHost = this.hosts.ingress.has(from) && universe.pods.has(to);
    const into = isHost ? this.rules.granted('ingress', to, from) : accessTo(graph.ingress.access(to), from);
    return into === undefined ? graph.connections.nothing : graph.connections.both(out, into);
  }

  /** Calls `visit` with everything that `from` may reach, in no order. */
  row(from: number, visit: (to: number, connection: Connection) => void): void {
    const { graph, universe } = this.analysis;
    for (const { ends, connection } of graph.row(from)) {
      ends.forEach((to) => {
        if (!this.isCorrected(from, to)) visit(to, connection);
      });
    }
    const corrected = this.withAlways ? undefined : this.hosts.ingress.has(from) ? universe.pods : this.hosts.egress;
    corrected?.forEach((to) => {
      const connection = this.between(from, to);
      if (connection.segments.length > 0) visit(to, connection);
    });
  }

  /** Calls `visit` with every end outside the cluster's pods that may reach `to`, which is pods. */
  sources(to: number, visit: (from: number, connection: Connection) => void): void {
    const { graph, universe } = this.analysis;
    const access = graph.ingress.access(to);
    const note = (from: number, connection: Connection) => {
      const kind = universe.ends[from]?.kind;
      if ((kind !== 'addresses' && kind !== 'entity') || connection.segments.length === 0) return;
      if (!this.isCorrected(from, to)) visit(from, connection);
    };
    for (const [from, connection] of access.few) note(from, connection);
    for (const { ends, connection } of access.many) {
      ends.without(universe.pods).forEach((from) => {
        note(from, connection);
      });
    }
    if (this.withAlways) return;
    this.hosts.ingress.without(universe.pods).forEach((from) => {
      const connection = this.between(from, to);
      if (connection.segments.length > 0) visit(from, connection);
    });
  }

  private isCorrected(from: number, to: number): boolean {
    if (this.withAlways) return false;
    return (this.hosts.ingress.has(from) && this.analysis.universe.pods.has(to)) || this.hosts.egress.has(to);
  }

  private always(direction: Direction): Bits {
    const { universe } = this.analysis;
    const union = new Bits(universe.size);
    for (const bits of universe.alwaysAllowed(direction)) union.addAll(bits);
    return union;
  }
}
