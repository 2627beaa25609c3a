/**
 * What a program allows beside edges and identities: a tool that the agents of a workspace may ask for. A stack notes it
 * with `platform.addGrant(…)`, so that whoever reviews what is allowed finds all of it in one list.
 */
export interface Grant {
  readonly kind: 'tool';
  readonly workspace: string;
  /** `area:verb`. */
  readonly tool: string;
  /** Path of the construct that declared it. */
  readonly declaredAt: string;
}
