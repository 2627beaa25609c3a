import type { Manifest } from './manifests';

/** Labels that controllers add to tell pods of one owner apart. Few policies select by them. */
const OF_CONTROLLERS: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'pod-template-generation',
  'controller-revision-hash',
  'controller-uid',
  'job-name',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
  'batch.kubernetes.io/job-completion-index',
]);

export function isOfController(key: string): boolean {
  return OF_CONTROLLERS.has(key);
}

/** Those that policies select by after all, such as the name of one pod of a StatefulSet. */
export function selectedControllerLabels(policies: readonly Manifest[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { object } of policies) {
    collect(object.spec, found, 0);
    collect(object.specs, found, 0);
  }
  return found;
}

/** Selectors of policies are seven levels down at most. */
const DEEPEST = 32;

function collect(value: unknown, found: Set<string>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return;
  for (const [key, inner] of Object.entries(value)) {
    note(key, found);
    if (key === 'key') note(inner, found);
    collect(inner, found, depth + 1);
  }
}

function note(key: unknown, found: Set<string>): void {
  const plain = typeof key === 'string' ? key.replace(/^(?:k8s|any):/, '') : '';
  if (OF_CONTROLLERS.has(plain)) found.add(plain);
}
