import { formatObject } from '../../kube/object';
import type { ReportedFinding } from '../report/report';
import { OBJECT_DRIFTS, type ObjectDrift } from './find-drift';

const TITLES = {
  unmanaged: 'Objects that nobody rendered',
  changed: 'Objects that are not as they were rendered',
  missing: 'Rendered objects that are missing',
} as const;

/** Every rule that a comparison holds. */
export const DRIFT_RULES = OBJECT_DRIFTS.map((kind) => ({ id: `drift-${kind}`, title: TITLES[kind] }));

/** Drift as findings, for reports: `drift-unmanaged`, `drift-changed` and `drift-missing`. */
export function objectDriftFindings(drifts: readonly ObjectDrift[]): readonly ReportedFinding[] {
  return drifts.map(({ kind, object, where, construct, message, fix }) => {
    const { apiVersion, metadata } = object;
    const name = formatObject({ apiVersion, kind: object.kind, namespace: metadata.namespace, name: metadata.name });
    return {
      rule: `drift-${kind}`,
      severity: 'error',
      where,
      message: `${name} ${message}`,
      fix,
      object: name,
      ...(construct === undefined ? {} : { construct }),
    };
  });
}
