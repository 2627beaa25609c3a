import { Bits } from '../../analysis/graph/bits';
import type { Platform } from '../../platform/platform';
import { carries, type Member, type Members } from './member';

/** For which pods the program enforces something, by direction: there, what nobody declared has to be out of reach. */
export class Enforcing {
  private readonly egress = new Set<number>();
  private readonly ingress = new Set<number>();

  /** Ends with pods that keep out whom no edge lets in. */
  readonly closed: Bits;

  constructor(
    private readonly members: Members,
    platforms: readonly Platform[],
  ) {
    for (const platform of platforms) {
      const observing = this.noteComponents(members, platform);
      for (const { namespace, stage } of platform.managedNamespaces) {
        if (stage !== 'enforce' || !platform.deniesByDefault) continue;
        for (const member of members.inNamespace(namespace)) if (!observing.has(member.id)) this.note(platform, member);
      }
    }
    const closed = [...this.ingress].map((id) => (members.all[id] as Member).end);
    this.closed = Bits.of(members.ends, closed);
  }

  /** True if pods of the end reach only what an edge lets them. */
  isHeld(end: number): boolean {
    return this.members.ofEnd(end).some(({ id }) => this.egress.has(id));
  }

  /** @returns ids of the pods whose components only observe */
  private noteComponents(members: Members, platform: Platform): ReadonlySet<number> {
    const observing = new Set<number>();
    for (const { managed, selector, namespace, stage } of platform.components) {
      if (!managed || selector === undefined) continue;
      const governed = members.inNamespace(namespace).filter(({ workload }) => carries(workload, selector));
      for (const member of governed) {
        if (stage === 'enforce') this.note(platform, member);
        else observing.add(member.id);
      }
    }
    return observing;
  }

  /** True if one of the two ends keeps the other out unless an edge lets it through. */
  judges(from: Member, to: Member): boolean {
    return this.egress.has(from.id) || this.ingress.has(to.id);
  }

  private note({ directions }: Platform, { id }: Member): void {
    if (directions.includes('Egress')) this.egress.add(id);
    if (directions.includes('Ingress')) this.ingress.add(id);
  }
}
