import type { Platform } from '../../platform/platform';
import { carries, type Member, type Members } from './member';

/** For which pods the program enforces something, by direction: there, what nobody declared has to be out of reach. */
export class Enforcing {
  private readonly egress = new Set<number>();
  private readonly ingress = new Set<number>();

  constructor(members: Members, platforms: readonly Platform[]) {
    for (const platform of platforms) {
      const observing = this.noteComponents(members, platform);
      for (const { namespace, stage } of platform.managedNamespaces) {
        if (stage !== 'enforce' || !platform.deniesByDefault) continue;
        for (const member of members.inNamespace(namespace)) if (!observing.has(member.id)) this.note(platform, member);
      }
    }
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
