/**
 * What a program allows beside edges and identities. A stack notes it with `platform.addGrant(…)`, so that whoever
 * reviews what is allowed finds all of it in one list.
 */
export type Grant = ToolGrant | RightGrant | TrustGrant | ExemptionGrant | ObservedLayer;

/** A tool that the agents of a workspace may ask for. */
export interface ToolGrant {
  readonly kind: 'tool';
  readonly workspace: string;
  /** `area:verb`. */
  readonly tool: string;
  /** Path of the construct that declared it. */
  readonly declaredAt: string;
}

/** What an agent may do besides connecting and asking for tools. */
export type Right = 'task' | 'message' | 'vault' | 'delegation' | 'read';

/** Something that whoever decides for agents lets an agent do. */
export interface RightGrant {
  readonly kind: 'right';
  /** `ws-production/agent`. */
  readonly agent: string;
  readonly right: Right;
  /** The task, the recipient, the vault, the delegate or the namespace of the shared state. */
  readonly subject: string;
  /** What comes with a task or a delegation, as `area:verb`. */
  readonly capabilities: readonly string[];
  readonly purpose: string;
  /** Path of the construct that declared it. */
  readonly declaredAt: string;
}

/** Whom or what the platform relies on. */
export type Trusted =
  | 'deployer'
  | 'dns'
  | 'image-base'
  | 'image-builder'
  | 'image-issuer'
  | 'registry'
  | 'search-domain'
  | 'trust-domain';

/** An entry of a list that is no list of hosts: who may deploy, where images may come from, and so on. */
export interface TrustGrant {
  readonly kind: 'trust';
  readonly what: Trusted;
  readonly subject: string;
  /** Path of the construct that declared it. */
  readonly declaredAt: string;
}

/** A rule that does not hold for somebody. */
export interface ExemptionGrant {
  readonly kind: 'exemption';
  readonly rule: string;
  readonly subject: string;
  readonly purpose: string;
  /** Path of the construct that declared it. */
  readonly declaredAt: string;
}

/** A layer that only observes a workspace: it denies nothing, whatever else is said. */
export interface ObservedLayer {
  readonly kind: 'observe';
  readonly workspace: string;
  /** Network policies are known from their components. */
  readonly layer: 'guards' | 'mtls' | 'tools';
  /** Path of the construct that declared it. */
  readonly declaredAt: string;
}
