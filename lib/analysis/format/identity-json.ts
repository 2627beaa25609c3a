import type { LabelSelector } from '../../kube/selector';
import type { IdentityEntry } from '../identity/entry';
import { formatSelector } from '../identity/selector';
import type { IdentityReport } from './identity-report';
import type { IdentityJson } from './identity-schema';

/** For machines; see identity-schema.ts. */
export function identityJson({ entries, findings, objects }: IdentityReport): string {
  const data: IdentityJson = { schemaVersion: 1, objects, entries: entries.map(entryData), findings };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}

/** Fields that are undefined are left out. */
function entryData(entry: IdentityEntry): IdentityJson['entries'][number] {
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
    podSelector: podSelector && selectorData(podSelector),
    namespaceSelector: namespaceSelector && selectorData(namespaceSelector),
    className,
    hint,
    ttl,
    jwtTtl,
    fallback: fallback ? true : undefined,
    workloads: workloads.map(({ namespace, name, kind }) => ({ namespace, name, kind })),
  };
}

function selectorData({ matchLabels = {}, matchExpressions = [] }: LabelSelector) {
  return {
    matchLabels: { ...matchLabels },
    matchExpressions: matchExpressions.map(({ key, operator, values = [] }) => ({ key, operator, values })),
  };
}
