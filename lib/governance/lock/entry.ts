import type { Right, Trusted } from '../../model/grant';
import type { Protocol } from '../../model/port';

/** Where an entry holds: `prod/portarium`, the environment and the program. */
export type LockScope = string;

/** One thing that is allowed, as a line of the lock says it. */
export type LockEntry =
  | LockedPods
  | LockedEdge
  | LockedTool
  | LockedIdentity
  | LockedRight
  | LockedTrust
  | LockedExemption;

/** Which pods a name in edges stands for. */
export interface LockedPods {
  readonly kind: 'pods';
  readonly scope: LockScope;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Who may talk to whom on a port, or on a range of them. */
export interface LockedEdge {
  readonly kind: 'edge';
  readonly scope: LockScope;
  readonly from: LockedEnd;
  readonly to: LockedEnd;
  readonly port: LockedPort;
  /** Both ends prove who they are. */
  readonly authenticated: boolean;
  /** Requests that pass, sorted: `http GET /v1`; absent: all. */
  readonly requests?: readonly string[];
}

/** One end of an edge. Pods are named, see LockedPods. */
export type LockedEnd =
  | { readonly kind: 'pods'; readonly name: string }
  | { readonly kind: 'namespace'; readonly namespace: string }
  | { readonly kind: 'entity'; readonly entity: string }
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'cidr'; readonly cidr: string; readonly except: readonly string[] }
  | { readonly kind: 'internet' };

/** A port, a range of them, or the name that a pod gives one. */
export type LockedPort =
  | { readonly protocol: Protocol; readonly first: number; readonly last: number }
  | { readonly protocol: Protocol; readonly name: string };

export interface LockedTool {
  readonly kind: 'tool';
  readonly scope: LockScope;
  readonly workspace: string;
  readonly tool: string;
}

export interface LockedIdentity {
  readonly kind: 'identity';
  readonly scope: LockScope;
  readonly spiffeId: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Something that an agent may do besides connecting and asking for tools. */
export interface LockedRight {
  readonly kind: 'right';
  readonly scope: LockScope;
  readonly agent: string;
  readonly right: Right;
  readonly subject: string;
  /** What comes with it, sorted. */
  readonly capabilities: readonly string[];
}

/** Whom or what the platform relies on. */
export interface LockedTrust {
  readonly kind: 'trust';
  readonly scope: LockScope;
  readonly what: Trusted;
  readonly subject: string;
}

export interface LockedExemption {
  readonly kind: 'exemption';
  readonly scope: LockScope;
  readonly rule: string;
  readonly subject: string;
}

/** An entry with what people want to know of it. */
export interface Locked {
  readonly entry: LockEntry;
  /** Stands behind the line as a comment; it is not compared. */
  readonly purpose?: string;
  /** Path of the construct that allows it, and the settings file. */
  readonly cause: { readonly construct: string; readonly file?: string };
}
