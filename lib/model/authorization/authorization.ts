import type { ToolAllowlist } from '../tool-allowlist';

/** What agents may do besides connecting: the facts that authorization policies decide by. All else is denied. */
export interface Authorization {
  readonly agents: readonly AuthorizedAgent[];
}

/** One agent and everything that is granted to it. */
export interface AuthorizedAgent {
  /** `ws-production/agent`. */
  readonly name: string;
  /** Its own namespace in the shared state, which it may read. */
  readonly namespace: string;
  /** What it can do, as `area:verb`; no task and no delegation carries more. */
  readonly capabilities: ToolAllowlist;
  /** @default - no task */
  readonly tasks?: readonly TaskGrant[];
  /** @default - it sends no messages */
  readonly messages?: readonly MessageGrant[];
  /** @default - no vault */
  readonly vaults?: readonly VaultGrant[];
  /** @default - nothing is delegated */
  readonly delegations?: readonly DelegationGrant[];
  /** @default - it reads no namespace but its own */
  readonly reads?: readonly ReadGrant[];
}

/** A task that the agent may run. */
export interface TaskGrant {
  /** A DNS label: `reconcile-invoices`. */
  readonly task: string;
  /** Capabilities that the task may ask for; `none` has to be said. */
  readonly capabilities: ToolAllowlist;
  readonly purpose: string;
}

/** An agent that the agent may send messages to. */
export interface MessageGrant {
  readonly to: string;
  readonly purpose: string;
}

/** A vault whose secrets the agent may be given. */
export interface VaultGrant {
  /** Name or id of the vault. */
  readonly vault: string;
  readonly purpose: string;
}

/** Work that the agent may hand to somebody outside the platform. */
export interface DelegationGrant {
  /** Who does the work; a DNS label. */
  readonly to: string;
  /** Capabilities that may be handed over; at least one. */
  readonly capabilities: readonly string[];
  readonly purpose: string;
}

/** A namespace of the shared state, other than its own, that the agent may read. */
export interface ReadGrant {
  readonly namespace: string;
  readonly purpose: string;
}
