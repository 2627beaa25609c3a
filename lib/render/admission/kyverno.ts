import type { KubeObject } from '../../kube/object';
import { type AdmissionPolicy, type AdmissionScope, namespaceSelector, validationActions } from './admission-policy';

/** @see https://github.com/kyverno/kyverno/tree/v1.19.0 (`policies.kyverno.io/v1` is served and stored) */
export const KYVERNO_API_VERSION = 'policies.kyverno.io/v1';

/**
 * A policy for Kyverno. It names pods and what makes them itself, so Kyverno adds nothing: it only does so for policies
 * about pods alone (pkg/cel/autogen/support.go of 1.19.0).
 * @see https://kyverno.io/docs/policy-types/validating-policy/
 */
export function kyvernoValidatingPolicy(policy: AdmissionPolicy, scope: AdmissionScope): KubeObject {
  const { name, title, resources, conditions, variables, validations, asksWho } = policy;
  return {
    apiVersion: KYVERNO_API_VERSION,
    kind: 'ValidatingPolicy',
    metadata: { name, annotations: { 'portcullis.dev/title': title } },
    spec: {
      failurePolicy: 'Fail',
      validationActions: validationActions(scope),
      evaluation: { admission: { enabled: true }, background: { enabled: !asksWho } },
      matchConstraints: { namespaceSelector: namespaceSelector(scope.namespaces), resourceRules: resources },
      ...(conditions.length === 0 ? {} : { matchConditions: conditions }),
      variables,
      validations,
    },
  };
}
