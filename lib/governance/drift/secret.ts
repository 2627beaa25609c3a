import type { KubeObject } from '../../kube/object';
import type { Change } from './differences';

const HIDDEN = '(hidden)';

/** Changes of a Secret without what it holds: reports are read by more people than secrets are. */
export function hidden({ apiVersion, kind }: KubeObject, changes: readonly Change[]): readonly Change[] {
  if (apiVersion !== 'v1' || kind !== 'Secret') return changes;
  return changes.map(({ path, rendered, live }) => ({
    path,
    ...(rendered === undefined ? {} : { rendered: HIDDEN }),
    ...(live === undefined ? {} : { live: HIDDEN }),
  }));
}
