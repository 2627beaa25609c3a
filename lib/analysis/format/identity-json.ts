import type { IdentityEntry } from '../identity/entry';
import { formatSelector } from '../identity/selector';
import type { IdentityReport } from './identity-report';

/** For machines. */
export function identityJson({ entries, findings, objects }: IdentityReport): string {
  const data = { schemaVersion: 1, objects, entries: entries.map(entryData), findings };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}

/** Fields that are undefined are left out. */
function entryData(entry: IdentityEntry) {
  const { spiffeId, registrar, object, source, line, parentId, selectors, podSelector, namespaceSelector } = entry;
  const { className, hint, ttl, jwtTtl, fallback, workloads } = entry;
  return {
    spiffeId,
    registrar,
    object,
    file: source.file,
    line,
    construct: source.construct,
    parentId,
    selectors: selectors.map(formatSelector),
    podSelector,
    namespaceSelector,
    className,
    hint,
    ttl,
    jwtTtl,
    fallback: fallback ? true : undefined,
    workloads: workloads.map(({ namespace, name, kind }) => ({ namespace, name, kind })),
  };
}
