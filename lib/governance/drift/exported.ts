import type { Manifests } from '../../analysis/load/manifests';
import { GUARDED_KINDS } from '../../kube/guarded-kind';
import { apiGroup } from '../../kube/object';
import type { LiveObjects } from './live-objects';

/**
 * Objects that somebody exported with `kubectl get … -o yaml`. What the export does not hold counts as not there; of kinds
 * that it has no object of, it cannot be told whether nobody asked for them.
 * @param path as it was given
 */
export function exportedObjects({ all = [], findings }: Manifests, path: string): LiveObjects {
  const kinds = new Set(all.map(({ object }) => `${apiGroup(object.apiVersion)} ${object.kind}`));
  const absent = GUARDED_KINDS.filter(({ group, kind }) => !kinds.has(`${group} ${kind}`)).map(({ kind }) => kind);
  const note = {
    rule: 'drift-not-exported',
    severity: 'info',
    where: { file: path },
    message: `there is no object of ${[...new Set(absent)].join(', ')}: whether the cluster has any that nobody rendered cannot be told`,
    fix: 'export them too, or ask the cluster itself',
  } as const;
  return {
    name: path,
    objects: all,
    unread: new Set(),
    findings: absent.length === 0 ? findings : [...findings, note],
  };
}
