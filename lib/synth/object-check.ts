import type { ApiObject } from 'cdk8s';
import type { Finding, Problem } from '../finding';
import { formatObject, type ObjectKey, objectIdentity } from '../kube/object';
import { dnsLabelProblem, dnsSubdomainProblem } from '../model/name';
import { ManifestObject } from './manifest-object';
import { holdsOutput, outputProblem } from './output';

/** Kinds whose names end up in DNS as one label. */
const LABEL_NAMES = new Set(['Namespace', 'Service']);
/** Kinds whose names only have to fit into a URL path (`system:node`, `2001:db8::1`). */
const PATH_NAMES = new Set([
  ...['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'],
  ...['CertificateSigningRequest', 'ClusterTrustBundle', 'IPAddress'],
]);

/** What a cluster knows an object by. */
export function objectKey(object: ApiObject): ObjectKey {
  const { apiVersion, kind, name } = object;
  const namespace = ManifestObject.isManifestObject(object) ? object.namespace : object.metadata.namespace;
  return { apiVersion, kind, namespace, name };
}

/** Names that Kubernetes would refuse, and objects that a cluster would hold as one. */
export function checkObjects(objects: readonly ApiObject[]): readonly Finding[] {
  const found: { readonly index: number; readonly finding: Finding }[] = [];
  const byNamespace = new Map<string | undefined, number[]>();
  for (const [index, object] of objects.entries()) {
    const key = objectKey(object);
    const problem = isOrdinary(key) ? undefined : nameProblem(key);
    if (problem !== undefined) found.push({ index, finding: { ...at(object), rule: 'invalid-name', ...problem } });
    // Nobody knows what it will be called.
    if (holdsOutput(key.name) || holdsOutput(key.namespace)) continue;
    const indices = byNamespace.get(key.namespace);
    if (indices === undefined) byNamespace.set(key.namespace, [index]);
    else indices.push(index);
  }
  for (const indices of byNamespace.values()) found.push(...duplicates(objects, indices));
  return found.sort((a, b) => a.index - b.index).map(({ finding }) => finding);
}

/** One namespace at a time, so that the names of all objects are never held together. */
function* duplicates(objects: readonly ApiObject[], indices: readonly number[]) {
  /** What comes first of each kind, by name: hardly any two have the same. */
  const byName = new Map<string, ApiObject[]>();
  for (const index of indices) {
    const object = objects[index] as ApiObject;
    const namesakes = byName.get(object.name);
    if (namesakes === undefined) {
      byName.set(object.name, [object]);
      continue;
    }
    const key = objectKey(object);
    const identity = objectIdentity(key);
    const other = namesakes.find((namesake) => objectIdentity(objectKey(namesake)) === identity);
    if (other === undefined) namesakes.push(object);
    else {
      const message = `${formatObject(key)} is declared twice, here and at ${other.node.path}; a cluster would keep only one`;
      const finding: Finding = {
        ...at(object),
        rule: 'duplicate-object',
        message,
        fix: 'give one of them another name',
      };
      yield { index, finding };
    }
  }
}

function at(object: ApiObject): Pick<Finding, 'severity' | 'where'> {
  return { severity: 'error', where: { construct: object.node.path } };
}

/** True for names that nothing is wrong with wherever they stand, which are nearly all. */
function isOrdinary({ apiVersion, kind, name, namespace }: ObjectKey): boolean {
  return apiVersion !== '' && isKind(kind) && isLabel(name) && (namespace === undefined || isLabel(namespace));
}

function isKind(kind: string): boolean {
  return /^[A-Za-z]+$/.test(kind);
}

/** A name that is a DNS label is a DNS subdomain too, and fits into a URL. */
function isLabel(name: string): boolean {
  return typeof name === 'string' && dnsLabelProblem(name, '') === undefined;
}

function nameProblem({ apiVersion, kind, name, namespace }: ObjectKey): Problem | undefined {
  if (holdsOutput(kind)) return outputProblem('the kind');
  if (kind === '' || apiVersion === '') {
    const message = `the object '${name}' has no ${kind === '' ? 'kind' : 'apiVersion'}`;
    return { message, fix: 'name its apiVersion and kind, so that a cluster knows what it is' };
  }
  const what = `name of ${kind}`;
  if (holdsOutput(name)) return outputProblem(what);
  if (holdsOutput(namespace)) return outputProblem(`namespace of ${kind} '${name}'`);
  if (namespace !== undefined) {
    const problem = dnsLabelProblem(namespace, `namespace of ${kind} '${name}'`);
    if (problem !== undefined) return problem;
  }
  if (LABEL_NAMES.has(kind)) return dnsLabelProblem(name, what);
  if (!PATH_NAMES.has(kind)) return dnsSubdomainProblem(name, what);
  return /[/%]|^\.{0,2}$/.test(name)
    ? { message: `${what} '${name}' does not fit into a URL`, fix: "give it a name without '/' and '%'" }
    : undefined;
}
