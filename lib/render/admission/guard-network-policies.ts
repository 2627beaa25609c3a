import type { Guard, GuardedRequest } from './guard';
import { IS_COLLECTOR, isDeployer } from './requester';

const ALL = ['CREATE', 'UPDATE', 'DELETE'] as const;

const policy = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'a', namespace: 'shop' },
};
const by = (username: string, operation: GuardedRequest['operation']): GuardedRequest => ({
  operation,
  username,
  namespace: 'shop',
  name: 'a',
  ...(operation === 'DELETE' ? { oldObject: policy } : { object: policy }),
});

/**
 * Policies are a union: whoever may create one in a namespace can open it, and whoever may delete one can undo it. So only
 * the deployer does either. Policies for the whole cluster, and groups of addresses that policies name, count as well.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 * @see https://network-policy-api.sigs.k8s.io/ (an AdminNetworkPolicy that allows comes before every NetworkPolicy)
 */
export const guardNetworkPolicies: Guard = {
  id: 'guard-network-policies',
  policy: ({ deployer }) => ({
    name: 'portcullis-guard-network-policies',
    title: 'A network policy that is not from the deployer',
    resources: [
      { apiGroups: ['networking.k8s.io'], apiVersions: ['*'], operations: ALL, resources: ['networkpolicies'] },
      {
        apiGroups: ['cilium.io'],
        apiVersions: ['*'],
        operations: ALL,
        resources: ['ciliumnetworkpolicies', 'ciliumclusterwidenetworkpolicies', 'ciliumcidrgroups'],
      },
      { apiGroups: ['policy.networking.k8s.io'], apiVersions: ['*'], operations: ALL, resources: ['*'] },
    ],
    conditions: [],
    variables: [],
    validations: [
      {
        expression: `${isDeployer(deployer)} || ${IS_COLLECTOR}`,
        message: 'network policies here are rendered by a program, and only its deployer may change them',
      },
    ],
    asksWho: true,
  }),
  examples: {
    good: {
      deployed: by('ci', 'CREATE'),
      changed: by('ci', 'UPDATE'),
      removed: by('ci', 'DELETE'),
      'namespace-removed': by('system:serviceaccount:kube-system:namespace-controller', 'DELETE'),
    },
    bad: {
      'opened-by-a-tenant': by('tenant', 'CREATE'),
      'changed-by-a-tenant': by('tenant', 'UPDATE'),
      'removed-by-a-tenant': by('tenant', 'DELETE'),
      'created-by-a-collector': by('system:serviceaccount:kube-system:namespace-controller', 'CREATE'),
    },
  },
};
