import { CEL_VARIABLES } from '../../kube/workload-rule/cel';
import type { Guard, GuardedRequest } from './guard';
import { celList, IS_WORKLOAD_CONTROLLER, isDeployer } from './requester';
import { WORKLOAD_RESOURCES } from './workload-policy';

const TEMPLATE = CEL_VARIABLES.filter(({ name }) => name === 'template' || name === 'pod');
const OLD_TEMPLATE = TEMPLATE.map(({ expression }) => expression.replaceAll('object', 'oldObject'))[0] as string;
const labelsOf = (template: string) =>
  `has(${template}.metadata) && has(${template}.metadata.labels) ? ${template}.metadata.labels : {}`;
/** Kyverno gives an empty object for one that was not there before (pkg/utils/admission/resource.go of 1.19.0), and no null. */
const IS_NEW = "request.operation == 'CREATE'";
const accountOf = (template: string) =>
  `has(${template}.spec.serviceAccountName) ? ${template}.spec.serviceAccountName : 'default'`;

const pod = (labels: object, serviceAccountName?: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'shop', labels },
  spec: { containers: [], ...(serviceAccountName === undefined ? {} : { serviceAccountName }) },
});
const deployment = (labels: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a', namespace: 'shop' },
  spec: { template: { metadata: { labels }, spec: { containers: [] } } },
});
const create = (username: string, object: object): GuardedRequest => ({
  operation: 'CREATE',
  username,
  namespace: 'shop',
  name: 'a',
  object,
});
const update = (username: string, oldObject: object, object: object): GuardedRequest => ({
  ...create(username, object),
  operation: 'UPDATE',
  oldObject,
});

/**
 * A label is a claim, and policies select by labels: whoever may put the label of an agent on a pod has its grants. So
 * only the deployer sets the labels that policies select by and the service accounts that identities are for. Controllers
 * make pods of workloads that were let in; others may change what leaves both as they are.
 * @see https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation
 */
export const guardTrustedPods: Guard = {
  id: 'guard-trusted-pods',
  policy: ({ deployer, trustedLabels, trustedServiceAccounts }) => ({
    name: 'portcullis-guard-trusted-pods',
    title: 'A pod that claims a label or a service account which grants trust',
    resources: WORKLOAD_RESOURCES,
    conditions: [],
    variables: [
      ...TEMPLATE,
      { name: 'labels', expression: labelsOf('variables.template') },
      { name: 'serviceAccount', expression: accountOf('variables.template') },
      { name: 'oldTemplate', expression: `${IS_NEW} ? variables.template : (${OLD_TEMPLATE})` },
      { name: 'oldLabels', expression: labelsOf('variables.oldTemplate') },
      { name: 'oldServiceAccount', expression: accountOf('variables.oldTemplate') },
      { name: 'isTrusted', expression: `${isDeployer(deployer)} || ${IS_WORKLOAD_CONTROLLER}` },
      { name: 'trustedLabels', expression: celList(trustedLabels) },
      { name: 'trustedServiceAccounts', expression: celList(trustedServiceAccounts) },
    ],
    validations: [
      {
        expression: `variables.isTrusted || variables.trustedLabels.all(k, ${IS_NEW} ? !(k in variables.labels) : ((k in variables.labels) == (k in variables.oldLabels) && (!(k in variables.labels) || variables.labels[k] == variables.oldLabels[k])))`,
        message: `only the deployer may set the labels ${trustedLabels.join(', ')}, which policies select by`,
      },
      {
        expression: `variables.isTrusted || !((request.namespace + '/' + variables.serviceAccount) in variables.trustedServiceAccounts) || (!(${IS_NEW}) && variables.serviceAccount == variables.oldServiceAccount)`,
        message: 'only the deployer may run pods under a service account that an identity is issued for',
      },
    ],
    asksWho: true,
  }),
  examples: {
    good: {
      deployed: create('ci', deployment({ app: 'agent' })),
      'made-by-a-controller': create('system:serviceaccount:kube-system:replicaset-controller', pod({ app: 'agent' })),
      'trusted-account': create('ci', pod({}, 'agent')),
      'of-no-consequence': create('tenant', pod({ team: 'a' })),
      'nothing-claimed': update('tenant', pod({ app: 'agent' }, 'agent'), pod({ app: 'agent', team: 'a' }, 'agent')),
    },
    bad: {
      'label-claimed': create('tenant', pod({ app: 'agent' })),
      'label-claimed-for-pods': create('tenant', deployment({ app: 'agent' })),
      'label-added': update('tenant', pod({}), pod({ app: 'agent' })),
      'label-changed': update('tenant', pod({ app: 'agent' }), pod({ app: 'vault' })),
      'label-removed': update('tenant', pod({ app: 'agent' }), pod({})),
      'account-claimed': create('tenant', pod({}, 'agent')),
      'account-changed': update('tenant', pod({}), pod({}, 'agent')),
    },
  },
};
