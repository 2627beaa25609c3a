import type { LiveObject } from '../live-objects';
import type { Managed } from '../managed';

/** Objects of a kind that could give something to somebody although nobody rendered them. */
export interface Guard {
  /** API group; versions are asked of the cluster. */
  readonly group: string;
  readonly kind: string;
  /** Name of the resource in requests and roles. */
  readonly resource: string;
  /** Where to look: in every managed namespace, in every namespace there is, or at objects without one. */
  readonly where: 'managed' | 'anywhere' | 'cluster';
  /** Why an object that nobody rendered matters; undefined if it does not. */
  readonly reason: (object: LiveObject['object'], context: GuardContext) => Unmanaged | undefined;
}

export interface GuardContext {
  readonly managed: Managed;
  /** All that is there, to find owners in. */
  readonly live: readonly LiveObject[];
}

export interface Unmanaged {
  /** What it does, to follow "nobody rendered it: ". */
  readonly message: string;
  /** @default 'error' */
  readonly severity?: 'error' | 'info';
}
