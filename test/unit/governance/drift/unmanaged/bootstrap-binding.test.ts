import { describe, expect, test } from 'vitest';
import { isBootstrapBinding } from '../../../../../lib/governance/drift/unmanaged/bootstrap-binding';
import type { KubeObject } from '../../../../../lib/kube/object';

const account = (name: string, namespace = 'kube-system') => ({ kind: 'ServiceAccount', name, namespace });
const user = (name: string) => ({ kind: 'User', name });

function binding(name: string, role: string, subjects: readonly object[], namespace?: string): KubeObject {
  const kind = namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding';
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    roleRef: { kind: namespace === undefined ? 'ClusterRole' : 'Role', name: role },
    subjects,
  };
}

const JOBS = 'system:controller:job-controller';
const LEADER = 'system::leader-locking-kube-controller-manager';
const READER = 'extension-apiserver-authentication-reader';

describe('a binding that the API server makes by itself', () => {
  test.each([
    ['of a controller', binding(JOBS, JOBS, [account('job-controller')])],
    [
      'of a controller in a namespace',
      binding(
        'system:controller:token-cleaner',
        'system:controller:token-cleaner',
        [account('token-cleaner')],
        'kube-system',
      ),
    ],
    ['of DNS', binding('system:kube-dns', 'system:kube-dns', [account('kube-dns')])],
    [
      'of whoever leads',
      binding(
        LEADER,
        LEADER,
        [
          user('system:kube-controller-manager'),
          account('kube-controller-manager'),
          account('leader-election-controller'),
        ],
        'kube-system',
      ),
    ],
    ['with a name of its own', binding(`system::${READER}`, READER, [user('system:kube-scheduler')], 'kube-system')],
  ])('%s is known', (_, object) => {
    expect(isBootstrapBinding(object)).toBe(true);
  });

  test.each([
    ['another name', binding('job-controller', JOBS, [account('job-controller')])],
    ['another role', binding(JOBS, 'cluster-admin', [account('job-controller')])],
    ['another service account beside it', binding(JOBS, JOBS, [account('job-controller'), account('agent')])],
    ['the same service account of another namespace', binding(JOBS, JOBS, [account('job-controller', 'ws-support')])],
    ['a user of that name', binding(JOBS, JOBS, [user('job-controller')])],
    ['another user', binding(`system::${READER}`, READER, [user('mallory')], 'kube-system')],
    ['a group', binding(JOBS, JOBS, [{ kind: 'Group', name: 'job-controller' }])],
    ['another namespace', binding(LEADER, LEADER, [account('kube-controller-manager')], 'ws-support')],
    [
      'a role of the cluster in a namespace',
      { ...binding(LEADER, LEADER, [], 'kube-system'), roleRef: { kind: 'ClusterRole', name: LEADER } },
    ],
  ])('with %s is none', (_, object) => {
    expect(isBootstrapBinding(object)).toBe(false);
  });
});
