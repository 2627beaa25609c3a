import type { Analysis } from '../analysis';

/** Lines, as `file:line`, about which reading the manifests has said something already. */
export function refusedLines({ findings }: Pick<Analysis, 'findings'>): ReadonlySet<string> {
  return new Set(findings.flatMap(({ where }) => ('construct' in where ? [] : [`${where.file}:${where.line}`])));
}
