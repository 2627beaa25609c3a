import { at, field, list, text } from '../../../kube/field';
import type { KubeObject } from '../../../kube/object';

/** Who is bound: users, and service accounts of `kube-system`. */
interface Bound {
  readonly role: string;
  readonly users: readonly string[];
  readonly accounts: readonly string[];
}

const CONTROLLER_MANAGER = 'system:kube-controller-manager';
const SCHEDULER = 'system:kube-scheduler';
const AUTHENTICATION_READER = 'extension-apiserver-authentication-reader';
const LEADER = 'system::leader-locking-';

const NAMED: Readonly<Record<string, Bound>> = {
  'system:kube-dns': { role: 'system:kube-dns', users: [], accounts: ['kube-dns'] },
  [`system::${AUTHENTICATION_READER}`]: {
    role: AUTHENTICATION_READER,
    users: [CONTROLLER_MANAGER, SCHEDULER],
    accounts: [],
  },
  [`${LEADER}kube-controller-manager`]: {
    role: `${LEADER}kube-controller-manager`,
    users: [CONTROLLER_MANAGER],
    accounts: ['kube-controller-manager', 'leader-election-controller'],
  },
  [`${LEADER}kube-scheduler`]: {
    role: `${LEADER}kube-scheduler`,
    users: [SCHEDULER],
    accounts: ['kube-scheduler'],
  },
};

const CONTROLLER = 'system:controller:';

/**
 * Whether the API server itself made a binding, and makes it anew when it starts: one for each controller of
 * kube-controller-manager, and a few more. One with another role or another subject is somebody else's.
 * @see plugin/pkg/auth/authorizer/rbac/bootstrappolicy of Kubernetes 1.36
 */
export function isBootstrapBinding({ kind, metadata, roleRef, subjects }: KubeObject): boolean {
  const { name, namespace } = metadata;
  const bound = name.startsWith(CONTROLLER)
    ? { role: name, users: [], accounts: [name.slice(CONTROLLER.length)] }
    : NAMED[name];
  if (bound === undefined) return false;
  if (namespace !== undefined && namespace !== 'kube-system' && namespace !== 'kube-public') return false;
  if (text(field(roleRef, 'name')) !== bound.role) return false;
  if (text(field(roleRef, 'kind')) !== (kind === 'RoleBinding' ? 'Role' : 'ClusterRole')) return false;
  return list(subjects).every((subject) => isBound(subject, bound));
}

function isBound(subject: unknown, { users, accounts }: Bound): boolean {
  const name = text(at(subject, 'name')) ?? '';
  const kind = text(at(subject, 'kind'));
  if (kind === 'User') return users.includes(name);
  return kind === 'ServiceAccount' && text(at(subject, 'namespace')) === 'kube-system' && accounts.includes(name);
}
