import { GUARDED_KINDS, type GuardedKind } from '../../../kube/guarded-kind';
import type { KubeObject } from '../../../kube/object';
import type { LiveObject } from '../live-objects';
import type { Managed } from '../managed';

/** Why an object that nobody rendered matters; undefined if it does not. */
export type Reason = (object: KubeObject, context: GuardContext) => Unmanaged | undefined;

export interface Guard extends GuardedKind {
  readonly reason: Reason;
}

export interface GuardContext {
  readonly managed: Managed;
  /** All that is there. */
  readonly live: readonly LiveObject[];
  /** The same, to find owners in, by ownerKey. */
  readonly byName: ReadonlyMap<string, KubeObject>;
}

/** How references to owners name an object: they are of the same namespace. */
export function ownerKey(kind: string, namespace: string | undefined, name: string): string {
  return `${kind} ${namespace ?? ''}/${name}`;
}

export interface Unmanaged {
  /** What it does, to follow "was not rendered". */
  readonly message: string;
  /** @default 'error' */
  readonly severity?: 'error' | 'info';
}

/** Guards by `group Kind`, for kinds that are looked for. */
export function guards(reasons: Readonly<Record<string, Reason>>): readonly Guard[] {
  return GUARDED_KINDS.flatMap((kind) => {
    const reason = reasons[`${kind.group} ${kind.kind}`];
    return reason === undefined ? [] : [{ ...kind, reason }];
  });
}
