import type { Guard, GuardedRequest } from './guard';
import { celList, isDeployer } from './requester';

const token = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: {}, spec: {} };
const ask = (username: string, name: string, groups: readonly string[] = []): GuardedRequest => ({
  operation: 'CREATE',
  username,
  groups,
  namespace: 'shop',
  name,
  object: token,
});

/**
 * A token of a service account is its identity, and whoever may ask for one needs no pod. Kubelets ask for those of the
 * pods that they run, and the API server lets them have no others.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/node/
 */
export const guardTokens: Guard = {
  id: 'guard-tokens',
  policy: ({ deployer, trustedServiceAccounts }) => ({
    name: 'portcullis-guard-tokens',
    title: 'A token of a service account that an identity is issued for',
    resources: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['serviceaccounts/token'] }],
    conditions: [],
    variables: [{ name: 'trustedServiceAccounts', expression: celList(trustedServiceAccounts) }],
    validations: [
      {
        expression: `!((request.namespace + '/' + request.name) in variables.trustedServiceAccounts) || (has(request.userInfo.groups) && 'system:nodes' in request.userInfo.groups) || ${isDeployer(deployer)}`,
        message:
          'only kubelets and the deployer may ask for tokens of a service account that an identity is issued for',
      },
    ],
    asksWho: true,
  }),
  examples: {
    good: {
      kubelet: ask('system:node:a', 'agent', ['system:nodes', 'system:authenticated']),
      deployer: ask('ci', 'agent'),
      'other-account': ask('tenant', 'default'),
    },
    bad: { tenant: ask('tenant', 'agent', ['system:authenticated']), 'no-groups': ask('tenant', 'agent') },
  },
};
