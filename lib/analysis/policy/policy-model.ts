import type { L7Rule, Protocol } from '../connection/connection';
import type { Manifest } from '../load/manifests';
import type { PodSelector } from './requirement';

export type Direction = 'ingress' | 'egress';

/** A policy of any dialect, as sets of pods and rules: what it says, without how it is spelled. */
export interface PolicyModel {
  readonly manifest: Manifest;
  /** Where in the object this part stands: `['spec']`, or `['specs', 1]`. */
  readonly path: readonly (string | number)[];
  /** The pods that it governs. */
  readonly subjects: PodSelector;
  readonly parts: readonly PolicyPart[];
}

/** What a policy says about one direction. */
export interface PolicyPart {
  readonly direction: Direction;
  /** Whether the pods' connections are denied in this direction unless a rule allows them. */
  readonly isolates: boolean;
  readonly rules: readonly RuleModel[];
}

export interface RuleModel {
  readonly effect: 'allow' | 'deny';
  /** The far ends, any of them; none: the rule applies to nobody. */
  readonly peers: readonly PeerModel[];
  /** Any of them; undefined: everything, ICMP too. */
  readonly ports: readonly PortModel[] | undefined;
  /** Requests that pass, any of them; undefined: all. */
  readonly l7: readonly L7Rule[] | undefined;
  readonly authentication: 'required' | 'disabled' | undefined;
  /** Where in the object the rule stands: `['spec', 'egress', 0]`. */
  readonly path: readonly (string | number)[];
}

/** Ends that a rule can name. */
export type PeerModel =
  | { readonly kind: 'pods'; readonly selector: PodSelector }
  | { readonly kind: 'block'; readonly block: AddressBlock }
  | ({ readonly kind: 'cidrGroups' } & CidrGroups)
  | { readonly kind: 'entity'; readonly entity: Entity }
  | { readonly kind: 'names'; readonly pattern: string }
  | { readonly kind: 'everyone' };

/** What a selector of CIDR groups stands for. */
export interface CidrGroups {
  readonly selector: PodSelector;
  /** Addresses have to be in one block of each list; without a list, whatever is no address is meant as well. */
  readonly within: readonly (readonly AddressBlock[])[];
  /** And in none of these. */
  readonly without: readonly AddressBlock[];
}

/** Addresses in CIDR notation. */
export interface AddressBlock {
  readonly cidr: string;
  readonly except: readonly string[];
}

/** Entities of the cluster besides its pods, each with an identity that Cilium reserves. */
export const RESERVED_ENTITIES = [
  'host',
  'remote-node',
  'kube-apiserver',
  'ingress',
  'health',
  'init',
  'unmanaged',
] as const;

/** Entities of Cilium that are no sum of others. */
export type Entity = 'world' | 'world-ipv4' | 'world-ipv6' | 'pods' | (typeof RESERVED_ENTITIES)[number];

/** A range of ports or of ICMP types, or a port by its name. */
export type PortModel =
  | { readonly protocol: Protocol; readonly first: number; readonly last: number }
  | { readonly protocol: 'TCP' | 'UDP' | 'SCTP' | 'ANY'; readonly name: string };
