import type { LabelSelector } from '../../kube/selector';
import type { CelVariable } from '../../kube/workload-rule/cel';
import type { CelValidation } from '../../kube/workload-rule/rule';

/**
 * A rule that the cluster holds against requests, before it is written for the API server itself or for Kyverno.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export interface AdmissionPolicy {
  /** Name of the objects. */
  readonly name: string;
  /** What it keeps out, in a few words. */
  readonly title: string;
  readonly resources: readonly ResourceRule[];
  /** Requests that are looked at at all: each has to hold. */
  readonly conditions: readonly MatchCondition[];
  readonly variables: readonly CelVariable[];
  readonly validations: readonly CelValidation[];
  /** True if it asks who sent a request, which nobody knows of objects that are there already. */
  readonly asksWho: boolean;
}

export interface ResourceRule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly ('CREATE' | 'UPDATE' | 'DELETE')[];
  readonly resources: readonly string[];
}

export interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}

/** What policies are bound to, and what becomes of requests that they refuse. */
export interface AdmissionScope {
  /** Namespaces of the program. Requests about cluster-wide objects are looked at wherever. */
  readonly namespaces: readonly string[];
  /** `audit` lets everything pass, and says so in warnings and in the audit log. */
  readonly mode: 'enforce' | 'audit';
}

/**
 * Selects namespaces by the label that the API server sets and nobody can change.
 * @see https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name
 */
export function namespaceSelector(namespaces: readonly string[]): LabelSelector {
  const values = [...new Set(namespaces)].sort();
  return { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values }] };
}

/** Refused with a reason in the audit log, or let through with one and a warning. */
export function validationActions({ mode }: AdmissionScope): readonly string[] {
  return mode === 'enforce' ? ['Deny', 'Audit'] : ['Warn', 'Audit'];
}
