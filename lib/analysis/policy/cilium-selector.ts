import type { LabelSelector } from '../../kube/selector';
import type { CiliumVersion } from '../dialect';
import { type PodSelector, type Requirement, requirements } from './requirement';

const NAMESPACE = 'io.kubernetes.pod.namespace';
const NAMESPACE_LABEL = 'io.cilium.k8s.namespace.labels.';
const SERVICE_ACCOUNT = 'io.cilium.k8s.policy.serviceaccount';
const CLUSTER = 'io.cilium.k8s.policy.cluster';

/**
 * A Cilium selector of peers. Without a key for the namespace it means the policy's own, in a clusterwide policy any;
 * from 1.19 on also the own cluster, which only pods have. One with a key of the source `reserved` is taken as it is.
 *
 * @param namespace of the policy; undefined for a clusterwide one
 * @see getEndpointSelector in pkg/k8s/apis/cilium.io/utils/utils.go of Cilium 1.19
 */
export function peerSelector(
  selector: LabelSelector | undefined,
  namespace: string | undefined,
  version: CiliumVersion,
): PodSelector {
  const own = requirements(selector, 'label').map(attributed);
  const names = (wanted: Requirement['attribute']) => own.some(({ attribute }) => attribute === wanted);
  if (names('reserved')) return own;
  const required = version === '1.18' || names('cluster') ? own : [...own, OWN_CLUSTER];
  if (names('namespace')) return required;
  if (namespace === undefined) return [ANY_NAMESPACE, ...required];
  return names('namespaceLabel') ? required : [inNamespace(namespace), ...required];
}

/**
 * The pods that a Cilium policy governs: always in its own namespace. A label `k8s:io.kubernetes.pod.namespace` that says
 * otherwise is replaced; without `k8s:` it is one more condition, which nothing meets.
 * @see ParseToCiliumRule in pkg/k8s/apis/cilium.io/utils/utils.go of Cilium 1.19
 */
export function subjectSelector(selector: LabelSelector, namespace: string | undefined): PodSelector {
  if (namespace === undefined) return requirements(selector, 'label').map(attributed);
  const matchLabels = Object.entries(selector.matchLabels ?? {}).filter(([key]) => key !== `k8s:${NAMESPACE}`);
  const own: LabelSelector = { ...selector, matchLabels: Object.fromEntries(matchLabels) };
  return [inNamespace(namespace), ...requirements(own, 'label').map(attributed)];
}

/** What a requirement on Cilium's label is about: many of them say where a pod runs. */
function attributed(requirement: Requirement): Requirement {
  const key = plainKey(requirement.key);
  if (key.startsWith('reserved:')) return { ...requirement, attribute: 'reserved', key: key.slice('reserved:'.length) };
  if (key === NAMESPACE) return { ...requirement, attribute: 'namespace', key: '' };
  if (key === SERVICE_ACCOUNT) return { ...requirement, attribute: 'serviceAccount', key: '' };
  if (key === CLUSTER) return { ...requirement, attribute: 'cluster', key: '' };
  if (!key.startsWith(NAMESPACE_LABEL)) return { ...requirement, key };
  return { ...requirement, attribute: 'namespaceLabel', key: key.slice(NAMESPACE_LABEL.length) };
}

/**
 * Without the source of the label, which is Kubernetes for all that pods carry. A dot after it is part of the key.
 * @see EndpointSelector in pkg/policy/api/selector.go of Cilium 1.19
 */
function plainKey(key: string): string {
  return key.replace(/^(?:k8s|any):/, '');
}

export function inNamespace(namespace: string): Requirement {
  return { attribute: 'namespace', key: '', operator: 'In', values: [namespace] };
}

/** Holds for every pod of the own cluster and for nothing else. */
const OWN_CLUSTER: Requirement = { attribute: 'cluster', key: '', operator: 'Exists', values: [] };

/** Holds for every pod and for nothing else. */
export const ANY_NAMESPACE: Requirement = { attribute: 'namespace', key: '', operator: 'Exists', values: [] };
