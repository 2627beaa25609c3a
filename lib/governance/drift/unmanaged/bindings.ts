import { at, field, list, text } from '../../../kube/field';
import type { KubeObject } from '../../../kube/object';
import type { Managed } from '../managed';
import { isBootstrapBinding } from './bootstrap-binding';
import { guards } from './guard';

/**
 * Bindings that every cluster has for all service accounts or for everybody; each to the role of its own name.
 * @see plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go of Kubernetes 1.36
 */
const EVERYWHERE: ReadonlySet<string> = new Set([
  'system:basic-user',
  'system:cluster-trust-bundle-discovery',
  'system:discovery',
  'system:public-info-viewer',
  'system:service-account-issuer-discovery',
]);
const EVERYBODY: readonly string[] = ['system:authenticated', 'system:unauthenticated', 'system:serviceaccounts'];

/**
 * Rights that nobody rendered: any in a managed namespace, and those in the whole cluster that its service accounts have.
 * Rights of people over the whole cluster are not judged: those who operate it need some.
 */
export const BINDING_GUARDS = guards({
  'rbac.authorization.k8s.io RoleBinding': (object) => {
    if (isBootstrapBinding(object)) return undefined;
    return { message: `it gives ${subjectsText(object)} the rights of ${roleText(object)} in this namespace` };
  },
  'rbac.authorization.k8s.io ClusterRoleBinding': (object, { managed }) => {
    const { name } = object.metadata;
    if (EVERYWHERE.has(name) && at(object, 'roleRef', 'name') === name) return undefined;
    if (isBootstrapBinding(object)) return undefined;
    const subject = list(object.subjects).find((one) => isManaged(one, managed));
    if (subject === undefined) return undefined;
    return { message: `it gives ${subjectText(subject)} the rights of ${roleText(object)} in the whole cluster` };
  },
});

/** Whether a subject is, or holds, a service account of a managed namespace. */
function isManaged(subject: unknown, { namespaces }: Managed): boolean {
  const [kind, name, namespace] = ['kind', 'name', 'namespace'].map((key) => text(field(subject, key)) ?? '');
  const of = (prefix: string) =>
    name?.startsWith(prefix) === true && namespaces.has(name.slice(prefix.length).split(':')[0] ?? '');
  if (kind === 'ServiceAccount') return namespaces.has(namespace ?? '');
  if (kind === 'User') return of('system:serviceaccount:');
  return kind === 'Group' && (EVERYBODY.includes(name ?? '') || of('system:serviceaccounts:'));
}

function subjectsText({ subjects }: KubeObject): string {
  const all = list(subjects).map(subjectText);
  return all.length === 0 ? 'nobody' : all.join(' and ');
}

function subjectText(subject: unknown): string {
  const [kind, name, namespace] = ['kind', 'name', 'namespace'].map((key) => text(field(subject, key)) ?? '');
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}

function roleText({ roleRef }: KubeObject): string {
  return `${text(field(roleRef, 'kind')) ?? 'role'} ${text(field(roleRef, 'name')) ?? ''}`;
}
