import type { AddressRange } from '../address/address-range';
import type { ExplainQuery, Verdict } from './explanation';
import { addressesEnd, type ReachEnd } from './reach-end';

/** One end that policies do not divide, as far as it was asked about. */
export interface Member {
  readonly index: number;
  readonly end: ReachEnd;
  /** Empty for what is no addresses. */
  readonly ranges: readonly AddressRange[];
}

interface Merged {
  readonly verdict: Verdict;
  readonly from: AddressRange[];
  readonly to: AddressRange[];
}

/** Verdicts in which addresses of which the same is true are one end. */
export class MergedVerdicts {
  private readonly byKey = new Map<string, Merged>();
  private readonly asksWorld: boolean;

  constructor({ to }: Pick<ExplainQuery, 'to'>) {
    this.asksWorld = to.kind === 'entity';
  }

  get size(): number {
    return this.byKey.size;
  }

  add(verdict: Verdict, from: Member, to: Member): void {
    // Of the world, names that are closed say nothing beside addresses that are.
    if (this.asksWorld && to.end.kind === 'name' && verdict.allowed === 'no') return;
    const label = (end: ReachEnd) => (end.kind === 'addresses' ? '' : end.label);
    const key = JSON.stringify({ ...verdict, from: label(from.end), to: label(to.end) });
    const known = this.byKey.get(key);
    if (known === undefined) this.byKey.set(key, { verdict, from: [...from.ranges], to: [...to.ranges] });
    else {
      known.from.push(...from.ranges);
      known.to.push(...to.ranges);
    }
  }

  verdicts(): readonly Verdict[] {
    return [...this.byKey.values()].map(({ verdict, from, to }) => ({
      ...verdict,
      ...(from.length === 0 ? {} : { from: addressesEnd(from) }),
      ...(to.length === 0 ? {} : { to: addressesEnd(to) }),
    }));
  }
}
