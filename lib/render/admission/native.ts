import type { KubeObject } from '../../kube/object';
import { type AdmissionPolicy, type AdmissionScope, namespaceSelector, validationActions } from './admission-policy';

const API_VERSION = 'admissionregistration.k8s.io/v1';

/**
 * A policy for the API server itself, with its binding: no webhook that could be down. Kubernetes 1.30 or later.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export function validatingAdmissionPolicy(policy: AdmissionPolicy, scope: AdmissionScope): readonly KubeObject[] {
  const { name, title, resources, conditions, variables, validations } = policy;
  const metadata = { name, annotations: { 'portcullis.dev/title': title } };
  return [
    {
      apiVersion: API_VERSION,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules: resources },
        ...(conditions.length === 0 ? {} : { matchConditions: conditions }),
        variables,
        validations: validations.map((validation) => ({ ...validation, reason: 'Forbidden' })),
      },
    },
    {
      apiVersion: API_VERSION,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: {
        policyName: name,
        validationActions: validationActions(scope),
        matchResources: { namespaceSelector: namespaceSelector(scope.namespaces) },
      },
    },
  ];
}
