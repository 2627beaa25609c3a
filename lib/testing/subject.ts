import { type Analysis, analyse } from '../analysis/analysis';
import { interestOf, type Peer } from '../analysis/answer/peer';
import { type AnalysisDialect, parseDialect } from '../analysis/dialect';
import { loadManifests, manifestsOf } from '../analysis/load/load';
import type { Manifests } from '../analysis/load/manifests';

/**
 * What assertions are about: a path of manifests, objects as `Testing.synth(chart)` of cdk8s returns them, or what
 * `loadManifests` has loaded.
 */
export type Subject = string | readonly unknown[] | Manifests;

/** Loaded once for all assertions about the same objects; files are read anew, since tests write them. */
const loaded = new WeakMap<object, Manifests>();

export function manifestsFrom(subject: unknown): Manifests {
  if (typeof subject === 'string') return loadManifests([subject]);
  if (!Array.isArray(subject)) {
    if (isManifests(subject)) return subject;
    throw new TypeError('expected manifests: a path, a list of objects, or what loadManifests returns');
  }
  let manifests = loaded.get(subject);
  if (manifests === undefined) {
    manifests = manifestsOf(subject);
    loaded.set(subject, manifests);
  }
  return manifests;
}

function isManifests(subject: unknown): subject is Manifests {
  return typeof subject === 'object' && subject !== null && 'policies' in subject && 'workloads' in subject;
}

/**
 * @throws Error if something of the manifests cannot be read: an assertion about the rest would say nothing
 */
export function analysisOf(subject: unknown, peers: readonly Peer[], dialect: string | undefined): Analysis {
  const options: { dialect?: AnalysisDialect } = dialect === undefined ? {} : { dialect: parseDialect(dialect) };
  const analysis = analyse(manifestsFrom(subject), { ...interestOf(...peers), ...options });
  const errors = analysis.findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return analysis;
  throw new Error(
    `the manifests cannot be judged:\n${errors.map(({ message, fix }) => `  ${message}; ${fix}`).join('\n')}`,
  );
}
