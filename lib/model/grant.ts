/**
 * What a program allows beside edges and identities. A stack notes it with `platform.addGrant(…)`, so that whoever
 * reviews what is allowed finds all of it in one list.
 */
export type Grant = ToolGrant | ObservedLayer;

/** A tool that the agents of a workspace may ask for. */
export interface ToolGrant {
  readonly kind: 'tool';
  readonly workspace: string;
  /** `area:verb`. */
  readonly tool: string;
  /** Path of the construct that declared it. */
  readonly declaredAt: string;
}

/** A layer that only observes a workspace: it denies nothing, whatever else is said. */
export interface ObservedLayer {
  readonly kind: 'observe';
  readonly workspace: string;
  /** Network policies are known from their components. */
  readonly layer: 'mtls' | 'tools';
  /** Path of the construct that declared it. */
  readonly declaredAt: string;
}
