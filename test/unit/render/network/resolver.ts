/**
 * What C libraries ask a name server for, written from their sources and manuals: glibc's res_nsearch (resolv.conf(5))
 * and musl's name_from_dns_search. Both walk the search list; they differ in names with many dots.
 */
export type Library = 'glibc' | 'musl';

export interface ResolverSettings {
  readonly library: Library;
  readonly search: readonly string[];
  /** Names with fewer dots are looked up in the search list first; 5 in a Kubernetes pod. */
  readonly ndots: number;
}

/** The search list that the kubelet writes for a pod with the default DNS policy. */
export function searchList(namespace: string, domain: string, further: readonly string[] = []): readonly string[] {
  return [`${namespace}.svc.${domain}`, `svc.${domain}`, domain, ...further];
}

/** Every query up to and including the first that is answered. */
export function queries(
  typed: string,
  { library, search, ndots }: ResolverSettings,
  exists: (name: string) => boolean,
): readonly string[] {
  const asked: string[] = [];
  for (const name of candidates(typed, library, search, ndots)) {
    asked.push(name);
    if (exists(name)) break;
  }
  return asked;
}

function candidates(typed: string, library: Library, search: readonly string[], ndots: number): readonly string[] {
  if (typed.endsWith('.')) return [typed.slice(0, -1)];
  const appended = search.map((domain) => `${typed}.${domain}`);
  if (typed.split('.').length - 1 < ndots) return [...appended, typed];
  return library === 'musl' ? [typed] : [typed, ...appended];
}
