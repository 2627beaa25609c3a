import type { Connection } from '../connection/connection';
import type { AnalysisDialect } from '../dialect';
import type { PolicyModel } from '../policy/policy-model';
import type { Universe } from '../universe/universe';
import { type Access, accessTo } from './access';
import { Bits } from './bits';
import { ConnectionTable } from './connection-table';
import { allPorts } from './port-ranges';
import { RuleSets } from './rule-sets';

/** Some ends that one end may reach alike. */
export interface Reach {
  readonly ends: Bits | readonly number[];
  readonly connection: Connection;
}

/**
 * Who may reach whom, by classes of ends. Nothing is computed before somebody asks, and then once: a connection needs
 * the egress of its source and the ingress of its destination, and both depend on the policies that govern them alone.
 */
export class ReachGraph {
  readonly egress: RuleSets;
  readonly ingress: RuleSets;
  readonly connections: ConnectionTable;
  private sources: readonly ReadonlyMap<number, Connection>[] | undefined;
  private openEnds: Bits | undefined;
  private withMany: readonly number[] | undefined;

  constructor(
    readonly universe: Universe,
    policies: readonly PolicyModel[],
    dialect: AnalysisDialect,
  ) {
    this.connections = new ConnectionTable(allPorts(dialect));
    const isCilium = dialect.kind === 'cilium';
    this.egress = new RuleSets(universe, this.connections, 'egress', isCilium, policies);
    this.ingress = new RuleSets(universe, this.connections, 'ingress', isCilium, policies);
  }

  /** What pods of `from` may send to other pods of `to`. */
  between(from: number, to: number): Connection {
    const { nothing } = this.connections;
    const out = accessTo(this.egress.access(from), to);
    const into = accessTo(this.ingress.access(to), from);
    return out === undefined || into === undefined ? nothing : this.connections.both(out, into);
  }

  /** Every end that `from` may reach, those that it reaches alike together. */
  *row(from: number): Generator<Reach> {
    const { few, many } = this.egress.access(from);
    const found = new Map<Connection, number[]>();
    for (const [to, connection] of few) this.meet(connection, to, accessTo(this.ingress.access(to), from), found);
    // Ends that let everybody in are taken all at once; of the others, those that have a rule for this source.
    for (const { ends, connection } of many) {
      const freely = ends.and(this.open());
      if (!freely.isEmpty) yield { ends: freely, connection };
      for (const [to, into] of this.namedBy(from)) if (ends.has(to)) this.meet(connection, to, into, found);
      for (const to of this.endsWithMany()) if (ends.has(to)) this.meet(connection, to, this.manyAt(to, from), found);
    }
    for (const [connection, ends] of found) yield { ends, connection };
  }

  /** Notes what both ends allow. */
  private meet(out: Connection, to: number, into: Connection | undefined, found: Map<Connection, number[]>): void {
    if (into === undefined) return;
    const connection = this.connections.both(out, into);
    if (connection.segments.length === 0) return;
    const ends = found.get(connection);
    if (ends === undefined) found.set(connection, [to]);
    else ends.push(to);
  }

  /** What `to` allows `from` as one of many; nothing if it names it on its own. */
  private manyAt(to: number, from: number): Connection | undefined {
    const access = this.ingress.access(to);
    return access.few.has(from) ? undefined : accessTo(access, from);
  }

  /** Ends that let in everybody on every port. */
  private open(): Bits {
    if (this.openEnds === undefined) {
      this.openEnds = new Bits(this.universe.size);
      for (let end = 0; end < this.universe.size; end++)
        if (this.isOpen(this.ingress.access(end))) this.openEnds.add(end);
    }
    return this.openEnds;
  }

  private isOpen({ few, many }: Access): boolean {
    const [only, second] = many;
    return (
      few.size === 0 && second === undefined && only?.connection === this.connections.everything && isAll(only.ends)
    );
  }

  /** Ends whose ingress names `from` on its own. */
  private namedBy(from: number): ReadonlyMap<number, Connection> {
    if (this.sources === undefined) {
      const sources: Map<number, Connection>[] = [];
      for (let to = 0; to < this.universe.size; to++) {
        for (const [source, connection] of this.ingress.access(to).few) {
          const known = sources[source];
          if (known === undefined) sources[source] = new Map([[to, connection]]);
          else known.set(to, connection);
        }
      }
      this.sources = sources;
    }
    return this.sources[from] ?? NONE;
  }

  /** Ends that are not open and let in sources by the many. */
  private endsWithMany(): readonly number[] {
    this.withMany ??= this.universe.ends.flatMap((_, end) => {
      return !this.open().has(end) && this.ingress.access(end).many.length > 0 ? [end] : [];
    });
    return this.withMany;
  }
}

const NONE: ReadonlyMap<number, Connection> = new Map();

function isAll(bits: Bits): boolean {
  return bits.count === bits.size;
}
