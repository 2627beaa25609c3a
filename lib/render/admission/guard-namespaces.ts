import type { Guard, GuardedRequest } from './guard';
import { isDeployer } from './requester';

const namespace = (labels: object, annotations: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels: { 'kubernetes.io/metadata.name': 'shop', ...labels }, annotations },
});
const RESTRICTED = { 'pod-security.kubernetes.io/enforce': 'restricted' };
const update = (username: string, object: object): GuardedRequest => ({
  operation: 'UPDATE',
  username,
  name: 'shop',
  object,
  oldObject: namespace(RESTRICTED),
});

/**
 * Labels of a namespace say which level of Pod Security holds in it, and whose it is; with it go its policies. So only the
 * deployer creates, relabels or removes it.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export const guardNamespaces: Guard = {
  id: 'guard-namespaces',
  policy: ({ deployer }) => ({
    name: 'portcullis-guard-namespaces',
    title: 'A change of a namespace that is not from the deployer',
    resources: [
      {
        apiGroups: [''],
        apiVersions: ['v1'],
        operations: ['CREATE', 'UPDATE', 'DELETE'],
        resources: ['namespaces'],
      },
    ],
    conditions: [],
    variables: [],
    validations: [
      {
        expression: `${isDeployer(deployer)} || (request.operation == 'UPDATE' && object.metadata.labels == oldObject.metadata.labels)`,
        message: 'only the deployer may create, relabel or remove a namespace of the program',
      },
    ],
    asksWho: true,
  }),
  examples: {
    good: {
      deployed: { operation: 'CREATE', username: 'ci', name: 'shop', object: namespace(RESTRICTED) },
      relabelled: update('ci', namespace({})),
      annotated: update('tenant', namespace(RESTRICTED, { note: 'a' })),
    },
    bad: {
      opened: update('tenant', namespace({ 'pod-security.kubernetes.io/enforce': 'privileged' })),
      unlabelled: update('tenant', namespace({})),
      removed: { operation: 'DELETE', username: 'tenant', name: 'shop', oldObject: namespace(RESTRICTED) },
      taken: { operation: 'CREATE', username: 'tenant', name: 'shop', object: namespace({}) },
    },
  },
};
