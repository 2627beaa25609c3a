/**
 * What a program allows beside edges and identities. A stack notes it with `platform.addGrant(…)`, so that whoever
 * reviews what is allowed finds all of it in one list.
 */
export type Grant = ToolGrant | ExemptionGrant;

/** A tool that the agents of a workspace may ask for. */
export interface ToolGrant {
  readonly kind: 'tool';
  readonly workspace: string;
  /** `area:verb`. */
  readonly tool: string;
  /** Path of the construct that declared it. */
  readonly declaredAt: string;
}

/** Something that a rule of the house forbids, and that is let through all the same. */
export interface ExemptionGrant {
  readonly kind: 'exemption';
  /** Id of the rule that does not hold: `spire-server-socket`. */
  readonly rule: string;
  /** What it does not hold for. */
  readonly subject: string;
  readonly reason: string;
  readonly declaredAt: string;
}
