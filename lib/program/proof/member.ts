import { rangesToCidrs } from '../../analysis/address/address-range';
import type { Analysis } from '../../analysis/analysis';
import type { Workload } from '../../analysis/load/manifests';
import type { End } from '../../analysis/universe/end';
import { formatPeer, type Peer } from '../../model/peer';

/** One end of a connection as the proof counts them: a workload, or something that is no pod. */
export interface Member {
  readonly id: number;
  /** Index of its end in the universe. */
  readonly end: number;
  readonly workload: Workload | undefined;
}

/** Everything that the rendered manifests can tell apart, and every workload for itself. */
export class Members {
  readonly all: readonly Member[];
  private readonly byEnd: readonly (readonly Member[])[];
  private readonly byNamespace = new Map<string, Member[]>();
  private readonly byPeer = new Map<string, readonly Member[]>();

  constructor(private readonly analysis: Analysis) {
    const all: Member[] = [];
    this.byEnd = analysis.universe.ends.map((end, index) => {
      const workloads = end.kind === 'pods' ? end.workloads : [undefined];
      return workloads.map((workload) => {
        const member = { id: all.length, end: index, workload };
        all.push(member);
        return member;
      });
    });
    this.all = all;
    for (const member of all) {
      const namespace = member.workload?.namespace;
      if (namespace === undefined) continue;
      const known = this.byNamespace.get(namespace);
      if (known === undefined) this.byNamespace.set(namespace, [member]);
      else known.push(member);
    }
  }

  /** Number of ends. */
  get ends(): number {
    return this.byEnd.length;
  }

  ofEnd(end: number): readonly Member[] {
    return this.byEnd[end] as readonly Member[];
  }

  inNamespace(namespace: string): readonly Member[] {
    return this.byNamespace.get(namespace) ?? [];
  }

  /** What a peer of the program stands for. */
  ofPeer(peer: Peer): readonly Member[] {
    const key = formatPeer(peer);
    let found = this.byPeer.get(key);
    if (found === undefined) {
      found = this.find(peer);
      this.byPeer.set(key, found);
    }
    return found;
  }

  private find(peer: Peer): readonly Member[] {
    const { universe } = this.analysis;
    switch (peer.kind) {
      case 'pods':
        return this.inNamespace(peer.namespace).filter(({ workload }) => carries(workload, peer.labels));
      case 'namespace':
        return this.inNamespace(peer.namespace);
      case 'fqdn':
        return this.ofEnds([universe.nameEnd(peer.host)]);
      case 'cidr':
        return this.ofEnds(universe.endsWithin(peer));
      case 'internet':
        return this.ofEnds([
          ...peer.ranges.flatMap((range) => universe.endsWithin(range)),
          // Names resolve to addresses of the internet, and an API server may have one.
          ...universe.ends.flatMap((end, index) => (isOfInternet(end) ? [index] : [])),
        ]);
      case 'entity':
        if (peer.entity === 'cluster') {
          return this.all.filter(({ end }) => ['pods', 'entity'].includes((universe.ends[end] as End).kind));
        }
        // With what has that identity besides: an API server may run on the host.
        return this.ofEnds([...universe.peer({ kind: 'entity', entity: peer.entity })]);
    }
  }

  private ofEnds(ends: readonly (number | undefined)[]): readonly Member[] {
    return [...new Set(ends)].flatMap((end) => (end === undefined ? [] : this.ofEnd(end)));
  }

  /** `ns/name`, addresses, a host name or an entity. */
  text({ end, workload }: Member): string {
    if (workload !== undefined) return `${workload.namespace}/${workload.name}`;
    const found = this.analysis.universe.ends[end] as End;
    switch (found.kind) {
      case 'addresses': {
        const cidrs = rangesToCidrs(found.ranges);
        return cidrs.length > 3
          ? `${cidrs.slice(0, 3).join(', ')} and ${cidrs.length - 3} more CIDRs`
          : cidrs.join(', ');
      }
      case 'name':
        return found.pattern;
      case 'entity':
        return `entity ${found.entity}`;
      case 'pods':
        return '';
    }
  }
}

function isOfInternet(end: End): boolean {
  return end.kind === 'name' || (end.kind === 'entity' && end.entity === 'kube-apiserver');
}

export function carries(workload: Workload | undefined, labels: Readonly<Record<string, string>>): boolean {
  return workload !== undefined && Object.entries(labels).every(([key, value]) => workload.labels[key] === value);
}
