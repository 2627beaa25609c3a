import { grouped } from '../../kube/grouped';
import { addressRange, blockRanges } from '../address/address-range';
import { type AddressSpace, blockKey } from '../address/address-space';
import { coversPods, holdsAllAddresses, holdsMostAddresses } from '../address/special-address';
import type { AnalysisDialect } from '../dialect';
import { Bits } from '../graph/bits';
import type { Workload } from '../load/manifests';
import type { AddressBlock, CidrGroups, Entity, PeerModel, RuleModel } from '../policy/policy-model';
import type { PodSelector } from '../policy/requirement';
import type { End } from './end';
import { type Guise, guisesOf, isApiServer, isOf, isSelected } from './identity';
import { namePatternMatches, normalName, sampleName } from './name-pattern';
import type { Universe } from './universe';

/** Which of the things that an end may be are meant, as bits. */
export interface Part {
  readonly covered: number;
  readonly all: number;
}

export interface PartlyDenied {
  readonly part: Part;
  readonly ends: readonly number[];
}

/** The ends that peers of rules stand for. */
export class PeerEnds {
  private readonly blocks = new Map<string, Bits>();
  /** What blocks, entities and names stand for, by their texts. */
  private readonly sets = new Map<string, Bits | readonly number[]>();
  /** Ends that may be several things; a rule may be about only one of them. */
  private readonly doubtful: Bits;
  private readonly names: readonly number[];
  /** Ends that are names, by a name that each matches. */
  private readonly bySample: ReadonlyMap<string, readonly number[]>;

  constructor(
    private readonly universe: Universe,
    private readonly space: AddressSpace,
    private readonly firstAddress: number,
    private readonly dialect: AnalysisDialect,
  ) {
    const { ends, size } = universe;
    const indices = (test: (end: End) => boolean) => ends.flatMap((end, index) => (test(end) ? [index] : []));
    this.names = indices(({ kind }) => kind === 'name');
    this.bySample = grouped(this.names, (index) => {
      const end = ends[index];
      return end?.kind === 'name' ? sampleName(end.pattern) : '';
    });
    const isCilium = dialect.kind === 'cilium';
    const isDoubtful = (end: End) => end.kind !== 'addresses' && guisesOf(end).length > 1;
    this.doubtful = Bits.of(size, isCilium ? indices(isDoubtful) : []);
  }

  /**
   * The ends that a rule is about. What may be several things counts as allowed if the rule allows any of them, and as
   * denied if it denies all of them: where the manifests do not tell, somebody may get through.
   */
  of({ effect, peers }: Pick<RuleModel, 'effect' | 'peers'>): Bits | readonly number[] {
    const named = this.universe.union(peers.map((peer) => this.peer(peer)));
    return effect === 'allow' ? named : this.universe.without(named, this.uncertain(named, peers));
  }

  /** Members of a set of ends of which nobody knows whether they are among peers. */
  uncertain(named: Bits | readonly number[], peers: readonly PeerModel[]): readonly number[] {
    if (this.doubtful.isEmpty) return [];
    return this.universe.membersIn(named, this.doubtful).filter((end) => !this.isCertain(end, peers));
  }

  /**
   * Ends that a denying rule denies only if they are some of the things that they may be. Several such rules may deny
   * them together.
   */
  partlyDenied(peers: readonly PeerModel[]): readonly PartlyDenied[] {
    const named = this.universe.union(peers.map((peer) => this.peer(peer)));
    const groups = new Map<string, { part: Part; ends: number[] }>();
    for (const index of this.uncertain(named, peers)) {
      const guises = guisesOf(this.universe.ends[index] as End);
      const covered = guises.reduce((bits, guise, bit) => {
        return peers.some((peer) => isMeant(peer, guise)) ? bits | (1 << bit) : bits;
      }, 0);
      if (covered === 0) continue;
      const part = { covered, all: (1 << guises.length) - 1 };
      const key = `${part.covered} ${part.all}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { part, ends: [index] });
      else group.ends.push(index);
    }
    return [...groups.values()];
  }

  /** The ends that may be meant by one peer. */
  peer(peer: PeerModel): Bits | readonly number[] {
    switch (peer.kind) {
      case 'everyone':
        return this.universe.all;
      case 'pods':
        return this.identities(peer.selector);
      case 'block':
        return this.known(`block ${blockKey(peer.block)}`, () => this.universe.compact(this.block(peer.block)));
      case 'cidrGroups':
        return this.universe.compact(this.groups(peer));
      case 'entity':
        return this.known(`entity ${peer.entity}`, () => this.universe.compact(this.entity(peer.entity)));
      case 'names':
        return this.known(`names ${peer.pattern}`, () => this.universe.ofMembers(this.named(peer.pattern)));
    }
  }

  private known(text: string, find: () => Bits | readonly number[]): Bits | readonly number[] {
    let found = this.sets.get(text);
    if (found === undefined) {
      found = find();
      this.sets.set(text, found);
    }
    return found;
  }

  private isCertain(index: number, peers: readonly PeerModel[]): boolean {
    const end = this.universe.ends[index];
    if (end === undefined) return false;
    if (end.kind === 'name' && peers.some((peer) => peer.kind === 'names')) return true;
    return guisesOf(end).every((guise) => peers.some((peer) => isMeant(peer, guise)));
  }

  /**
   * Everything that a selector of peers selects. One that only says which labels must not be there also selects what
   * has no labels of Kubernetes: the host, the world and the rest.
   */
  private identities(selector: PodSelector): Bits | readonly number[] {
    const pods = this.universe.select(selector);
    const wantsPods = ({ attribute, operator }: PodSelector[number]) =>
      attribute !== 'reserved' && (operator === 'In' || operator === 'Exists');
    if (this.dialect.kind === 'kubernetes' || selector.some(wantsPods)) return pods;
    const others = this.universe.ends.flatMap((end, index) =>
      guisesOf(end).some((guise) => isSelected(guise, selector)) ? [index] : [],
    );
    return this.universe.union([pods, others]);
  }

  private block(block: AddressBlock): Bits {
    const key = blockKey(block);
    let found = this.blocks.get(key);
    if (found === undefined) {
      found = this.blockEnds(block);
      this.blocks.set(key, found);
    }
    return found;
  }

  private blockEnds(block: AddressBlock): Bits {
    const { universe } = this;
    const classes = this.space.classesOf(block);
    const bits = this.addresses(block);
    const ranges = blockRanges(block) ?? [];
    // A name may resolve to any public address, and an API server outside the cluster has one.
    if (holdsMostAddresses(ranges)) {
      for (const index of this.names) bits.add(index);
      for (const [index, end] of universe.ends.entries()) if (isApiServer(end)) bits.add(index);
    }
    if (this.dialect.kind === 'cilium') return bits;
    const anyPod = coversPods(ranges);
    for (const [index, end] of universe.ends.entries()) {
      if (end.kind !== 'pods') break;
      const { addresses } = end.workloads[0] as Workload;
      const holds = addresses.some((text) => this.isIn(text, classes));
      if (addresses.length === 0 ? anyPod : holds) bits.add(index);
    }
    return bits;
  }

  private addresses(block: AddressBlock): Bits {
    const indices = this.space.classesOf(block).map((index) => this.firstAddress + index);
    return Bits.of(this.universe.size, indices);
  }

  private isIn(address: string, classes: readonly number[]): boolean {
    const range = addressRange(address);
    return range !== undefined && classes.includes(this.space.classAt(range));
  }

  private groups({ within, without }: CidrGroups): Bits {
    let found = this.universe.all;
    for (const blocks of within) {
      const bits = new Bits(this.universe.size);
      for (const block of blocks) bits.addAll(this.block(block));
      found = found.and(bits);
    }
    for (const block of without) found = found.without(this.addresses(block));
    return found;
  }

  private entity(entity: Entity): Bits {
    const bits = new Bits(this.universe.size);
    for (const [index, end] of this.universe.ends.entries()) {
      const isPod = end.kind === 'pods' && !end.hostNetwork;
      if (isPod ? entity === 'pods' : guisesOf(end).some((guise) => isOf(guise, entity))) bits.add(index);
    }
    return bits;
  }

  private named(pattern: string): readonly number[] {
    // Every workspace may have names of its own, each of which one rule names.
    if (!pattern.includes('*')) return this.bySample.get(normalName(pattern)) ?? [];
    const samples = [...this.bySample].filter(([sample]) => namePatternMatches(pattern, sample, this.dialect));
    return samples.flatMap(([, ends]) => ends).sort((a, b) => a - b);
  }
}

/** Whether a peer stands for an end for certain once it is known what the end is. */
function isMeant(peer: PeerModel, guise: Guise): boolean {
  switch (peer.kind) {
    case 'everyone':
      return true;
    case 'pods':
      return isSelected(guise, peer.selector);
    case 'entity':
      return isOf(guise, peer.entity);
    case 'block':
      return guise.family !== undefined && holdsAllAddresses(guise.family, blockRanges(peer.block) ?? []);
    case 'cidrGroups':
      return peer.within.length === 0 && (guise.family === undefined || peer.without.length === 0);
    case 'names':
      return false;
  }
}
