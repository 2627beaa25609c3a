import { formatPath } from './differences';
import type { DriftJson } from './drift-schema';
import type { DriftReport } from './find-drift';

/** The comparison for machines, see drift-schema.ts. */
export function driftJson({ against, compared, drifts, findings }: DriftReport): string {
  const data: DriftJson = {
    schemaVersion: 1,
    against,
    compared,
    drifts: drifts.map(({ kind, object, where, construct, message, fix, changes }) => ({
      kind,
      object: {
        apiVersion: object.apiVersion,
        kind: object.kind,
        ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
        name: object.metadata.name,
      },
      where,
      ...(construct === undefined ? {} : { construct }),
      message,
      fix,
      changes: changes.map(({ path, rendered, live }) => ({
        path: formatPath(path),
        ...(rendered === undefined ? {} : { rendered: JSON.stringify(rendered) }),
        ...(live === undefined ? {} : { live: JSON.stringify(live) }),
      })),
    })),
    findings,
  };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}
