import type { Analysis } from '../../analysis/analysis';
import { type PortRange, resolvePorts } from '../../analysis/graph/port-ranges';
import type { Edge } from '../../model/edge';
import type { Peer } from '../../model/peer';
import type { Port } from '../../model/port';
import type { Platform } from '../../platform/platform';
import type { Member, Members } from './member';

/** What the program says about one pair of ends. */
export interface Declared {
  readonly ranges: readonly PortRange[];
  /** Requests that pass, as the analysis writes them; undefined: all. */
  readonly l7: ReadonlySet<string> | undefined;
  readonly authenticated: boolean;
  /** Path of the construct that said so. */
  readonly declaredAt: string;
  readonly purpose: string;
}

/** Every pair of ends that the program allows something, by the ids of their members. */
export class DeclaredPairs {
  private readonly pairs = new Map<number, Map<number, Declared[]>>();

  constructor(
    private readonly analysis: Analysis,
    private readonly members: Members,
    platforms: readonly Platform[],
  ) {
    for (const platform of platforms) {
      for (const edge of platform.edges.all()) this.add(edge.from.peer, edge.to.peer, edge.ports, declaredBy(edge));
      this.addDns(platform);
    }
  }

  between(from: Member, to: Member): readonly Declared[] {
    return this.pairs.get(from.id)?.get(to.id) ?? [];
  }

  *all(): Generator<readonly [Member, Member, readonly Declared[]]> {
    for (const [from, targets] of this.pairs) {
      for (const [to, declared] of targets) {
        yield [this.members.all[from] as Member, this.members.all[to] as Member, declared];
      }
    }
  }

  /** Whoever needs a name may ask the cluster's DNS for it. Which names may be asked is judged apart. */
  private addDns(platform: Platform): void {
    const { peer, ports } = platform.cluster.dns;
    for (const component of platform.components) {
      if (!component.managed || component.model().names.length === 0) continue;
      this.add(component.connections.end.peer, peer, ports, {
        l7: undefined,
        authenticated: false,
        declaredAt: component.node.path,
        purpose: 'name resolution',
      });
    }
  }

  private add(from: Peer, to: Peer, ports: readonly Port[], said: Omit<Declared, 'ranges'>): void {
    for (const source of this.members.ofPeer(from)) {
      for (const target of this.members.ofPeer(to)) {
        let targets = this.pairs.get(source.id);
        if (targets === undefined) {
          targets = new Map();
          this.pairs.set(source.id, targets);
        }
        const declared = { ...said, ranges: this.rangesAt(ports, target) };
        const known = targets.get(target.id);
        if (known === undefined) targets.set(target.id, [declared]);
        else known.push(declared);
      }
    }
  }

  private rangesAt(ports: readonly Port[], { end }: Member): readonly PortRange[] {
    const found = this.analysis.universe.ends[end];
    const server = found?.kind === 'pods' ? found.ports : [];
    const models = ports.map(({ protocol, port, endPort }) =>
      typeof port === 'string' ? { protocol, name: port } : { protocol, first: port, last: endPort ?? port },
    );
    return resolvePorts(models, server);
  }
}

function declaredBy({ l7, authentication, declaredAt, purpose }: Edge): Omit<Declared, 'ranges'> {
  return {
    l7: l7 === undefined ? undefined : l7Texts(l7),
    authenticated: authentication === 'required',
    declaredAt,
    purpose,
  };
}

function l7Texts(l7: NonNullable<Edge['l7']>): ReadonlySet<string> {
  if ('dns' in l7) return new Set(l7.dns.map((name) => `dns ${name}`));
  return new Set(l7.http.map(({ method, path }) => `http ${method ?? '*'} ${path ?? '*'}`));
}
