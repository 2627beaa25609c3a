import type { Source } from '../../analysis/load/manifests';
import type { Finding } from '../../finding';
import { apiGroup, type KubeObject } from '../../kube/object';

/** An object as it is, and where it was read from; nowhere that an editor can open for what a cluster holds. */
export interface LiveObject {
  readonly object: KubeObject;
  readonly source?: Source;
}

/** Objects as they are: in a cluster, or as somebody exported them. */
export interface LiveObjects {
  /** What people call it: `cluster 'prod'`. */
  readonly name: string;
  readonly objects: readonly LiveObject[];
  /**
   * What nobody could look at, as `readKey` has it: objects that would be there are neither missing nor unmanaged. For
   * each there is a finding.
   */
  readonly unread: ReadonlySet<string>;
  /** What went wrong while reading, and what is not known for another reason. */
  readonly findings: readonly Finding[];
}

/** A kind in a namespace, or in all of the cluster. */
export function readKey(group: string, kind: string, namespace?: string): string {
  return `${group} ${kind} ${namespace ?? ''}`;
}

/** Whether nobody could look where an object would be. */
export function isUnread({ unread }: LiveObjects, { apiVersion, kind, metadata }: KubeObject): boolean {
  const group = apiGroup(apiVersion);
  return unread.has(readKey(group, kind)) || unread.has(readKey(group, kind, metadata.namespace ?? 'default'));
}
