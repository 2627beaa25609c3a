import { addressRange, blockRanges, cidrRange, joinRanges } from '../address/address-range';
import { AddressSpace } from '../address/address-space';
import { METADATA_BLOCKS } from '../address/special-address';
import type { AnalysisDialect } from '../dialect';
import { Bits } from '../graph/bits';
import type { Manifests, NamedPort, Workload } from '../load/manifests';
import type { AddressBlock, Direction, PeerModel, PolicyModel, RuleModel } from '../policy/policy-model';
import { RESERVED_ENTITIES } from '../policy/policy-model';
import type { PodSelector } from '../policy/requirement';
import { agreedPorts } from './agreed-ports';
import type { End } from './end';
import { isHost } from './identity';
import { mentionedIn } from './mentioned';
import { type PartlyDenied, PeerEnds } from './peer-ends';
import { PodClasses } from './pod-classes';

/** What somebody wants to know about besides what the policies mention. */
export interface Interest {
  /** Addresses or CIDRs. */
  readonly addresses?: readonly string[];
  /** Host names. */
  readonly names?: readonly string[];
}

/**
 * Every end that a connection can have, each a class of peers that the policies treat alike. Sets of ends are sets of
 * their indices.
 */
export class Universe {
  readonly ends: readonly End[];
  /** Ends that are pods, those on the host's network too. */
  readonly pods: Bits;
  /** Pods that no policy governs because they are on the host's network. */
  readonly hostNetwork: Bits;
  /** Every end. */
  readonly all: Bits;
  /** The node that pods run on, and pods on its network. */
  private readonly host: Bits;
  private readonly classes: PodClasses;
  private readonly space: AddressSpace;
  private readonly firstAddress: number;
  private readonly byName: ReadonlyMap<string, number>;
  private readonly selected = new Map<string, Bits | readonly number[]>();
  private readonly peers: PeerEnds;

  constructor(
    manifests: Manifests,
    policies: readonly PolicyModel[],
    private readonly dialect: AnalysisDialect,
    interest: Interest = {},
  ) {
    const mentioned = mentionedIn(policies);
    const asked = (interest.addresses ?? []).map((text) => ({
      cidr: text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`,
      except: [],
    }));
    this.space = new AddressSpace([...mentioned.blocks, ...METADATA_BLOCKS, ...asked]);
    this.classes = new PodClasses(
      manifests.workloads,
      manifests.namespaces,
      mentioned,
      dialect.kind === 'cilium',
      this.addressKey(),
    );
    const pods = this.classes.ends;
    this.firstAddress = pods.length;
    const addresses = this.space.classes.map(({ ranges }) => ({ kind: 'addresses', ranges }) as const);
    const patterns = [...new Set([...mentioned.names, ...(interest.names ?? [])])].sort();
    const names = dialect.kind === 'cilium' ? patterns.map((pattern) => ({ kind: 'name', pattern }) as const) : [];
    const entities =
      dialect.kind === 'cilium' ? RESERVED_ENTITIES.map((entity) => ({ kind: 'entity', entity }) as const) : [];
    this.ends = [...pods, ...addresses, ...names, ...entities];
    this.byName = new Map(names.map(({ pattern }, index) => [pattern, pods.length + addresses.length + index]));
    this.pods = Bits.of(this.size, pods.keys());
    this.clusterPorts = agreedPorts(manifests.workloads);
    const onHost = pods.flatMap(({ hostNetwork }, index) => (hostNetwork ? [index] : []));
    this.hostNetwork = Bits.of(this.size, onHost);
    this.all = Bits.all(this.size);
    this.host = Bits.of(this.size, [...onHost, ...this.ends.flatMap((end, index) => (isHost(end) ? [index] : []))]);
    this.peers = new PeerEnds(this, this.space, this.firstAddress, dialect);
  }

  get size(): number {
    return this.ends.length;
  }

  /**
   * What Cilium takes a port's name for in egress rules: the number that all pods of the cluster agree on, whoever the
   * peer is; none if they do not agree, or no pod has such a port.
   * @see GetNamedPort in pkg/endpoint/policy.go of Cilium 1.19
   */
  readonly clusterPorts: readonly NamedPort[];

  /** Index of the end that a workload's pods belong to. */
  endOf(workload: Workload): number | undefined {
    return this.classes.of(workload);
  }

  /** Indices of the ends that hold addresses of a CIDR or address that somebody is interested in. */
  addressEnds(text: string): readonly number[] {
    const range = text.includes('/') ? cidrRange(text) : addressRange(text);
    if (range === undefined) return [];
    return this.space.classes.flatMap(({ family, ranges }, index) => {
      const meets =
        family === range.family && ranges.some(({ first, last }) => first <= range.last && range.first <= last);
      return meets ? [this.firstAddress + index] : [];
    });
  }

  /** Indices of the ends that lie within a block as a whole. */
  endsWithin(block: AddressBlock): readonly number[] {
    const within = joinRanges(blockRanges(block) ?? []);
    return this.space.classes.flatMap(({ family, ranges }, index) => {
      const lies = ranges.every(({ first, last }) =>
        within.some((range) => range.family === family && range.first <= first && last <= range.last),
      );
      return lies ? [this.firstAddress + index] : [];
    });
  }

  /** Index of the end for a name or pattern that a policy mentions or somebody is interested in. */
  nameEnd(pattern: string): number | undefined {
    return this.byName.get(pattern);
  }

  /** The ends that a peer may stand for. */
  peer(peer: PeerModel): Bits | readonly number[] {
    return this.peers.peer(peer);
  }

  /** The ends that a rule is about. */
  peersOf(rule: Pick<RuleModel, 'effect' | 'peers'>): Bits | readonly number[] {
    return this.peers.of(rule);
  }

  /** Those of them that may as well be something else, of which the rule says nothing. */
  uncertainPeersOf(rule: Pick<RuleModel, 'effect' | 'peers'>): readonly number[] {
    return this.peers.uncertain(this.peersOf(rule), rule.peers);
  }

  /** Ends that a denying rule denies only if they are some of the things that they may be. */
  partlyDenied(rule: Pick<RuleModel, 'peers'>): readonly PartlyDenied[] {
    return this.peers.partlyDenied(rule.peers);
  }

  /** The pods that a selector selects. */
  select(selector: PodSelector): Bits | readonly number[] {
    const key = JSON.stringify(selector);
    let found = this.selected.get(key);
    if (found === undefined) {
      found = this.ofMembers(this.classes.select(selector));
      this.selected.set(key, found);
    }
    return found;
  }

  /** A set of ends: a list where they are few, so that ten thousand sets of two stay small. */
  ofMembers(members: readonly number[]): Bits | readonly number[] {
    return members.length * FEW < this.size ? members : Bits.of(this.size, members);
  }

  /** A set as a list if its members are few. */
  compact(set: Bits): Bits | readonly number[] {
    return set.count * FEW < this.size ? set.members() : set;
  }

  /** Members of a set that are in another one, too. */
  membersIn(set: Bits | readonly number[], other: Bits): readonly number[] {
    return set instanceof Bits ? set.and(other).members() : set.filter((member) => other.has(member));
  }

  without(set: Bits | readonly number[], members: readonly number[]): Bits | readonly number[] {
    if (members.length === 0) return set;
    if (set instanceof Bits) return set.without(Bits.of(this.size, members));
    return set.filter((member) => !members.includes(member));
  }

  /** The ends that are in any of the sets. */
  union(sets: readonly (Bits | readonly number[])[]): Bits | readonly number[] {
    const [first, second] = sets;
    if (first !== undefined && second === undefined) return first;
    if (!sets.some((set) => set instanceof Bits)) {
      return this.ofMembers([...new Set(sets.flatMap((set) => [...(set as readonly number[])]))]);
    }
    const union = new Bits(this.size);
    for (const set of sets) {
      if (set instanceof Bits) union.addAll(set);
      else for (const member of set) union.add(member);
    }
    return union;
  }

  /**
   * Ends that policies cannot keep from pods, or pods from them.
   *
   * A node always reaches its own pods, to check their health; plugins that follow the specification leave the other
   * direction open as well.
   * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods
   * @see https://docs.cilium.io/en/stable/security/policy/language/#access-to-from-local-host
   */
  alwaysAllowed(direction: Direction): readonly Bits[] {
    const { hostNetwork } = this;
    if (this.dialect.kind === 'kubernetes') return hostNetwork.isEmpty ? [] : [hostNetwork];
    return direction === 'egress' ? [] : [this.host];
  }

  /** Plain Kubernetes matches blocks against addresses of pods too; Cilium never does. */
  private addressKey(): (workload: Workload) => string {
    if (this.dialect.kind === 'cilium') return () => '';
    return ({ addresses }) => {
      if (addresses.length === 0) return '';
      return addresses
        .map((text) => this.space.classAt(addressRange(text) ?? { family: 4, first: -1n, last: -1n }))
        .join();
    };
  }
}

/** A set with fewer than one member in so many ends is a list. */
const FEW = 64;
