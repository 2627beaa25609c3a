import { at, field, list } from './field';
import { apiGroup, type KubeObject } from './object';

/**
 * Whether a policy is the one that denies everything to the pods of a namespace, or of the cluster: it selects all pods
 * (but those that somebody excepts by `NotIn`), and allows nothing.
 *
 * In a NetworkPolicy an empty rule allows everything; in Cilium's policies it allows nothing.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies
 * @see https://docs.cilium.io/en/stable/security/policy/intro/#policy-deny-default
 */
export function isDefaultDeny(object: KubeObject): boolean {
  const { apiVersion, kind, spec } = object;
  if (`${apiGroup(apiVersion)}/${kind}` === 'networking.k8s.io/NetworkPolicy') {
    const isSilent = DIRECTIONS.every((direction) => list(field(spec, direction)).length === 0);
    return isSilent && selectsAll(field(spec, 'podSelector'));
  }
  if (!CILIUM_POLICIES.has(`${apiGroup(apiVersion)}/${kind}`) || !selectsAll(field(spec, 'endpointSelector'))) {
    return false;
  }
  const rules = DIRECTIONS.flatMap((direction) => list(field(spec, direction)));
  const observed = DIRECTIONS.every((direction) => at(spec, 'enableDefaultDeny', direction) === false);
  return rules.length > 0 && !observed && rules.every(isEmptyMap);
}

/** Whether a default deny is for all namespaces. */
export function isClusterwide({ kind }: KubeObject): boolean {
  return kind === 'CiliumClusterwideNetworkPolicy';
}

const DIRECTIONS = ['ingress', 'egress'] as const;

const CILIUM_POLICIES = new Set(['cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy']);

function selectsAll(selector: unknown): boolean {
  if (typeof selector !== 'object' || selector === null) return false;
  const labels = field(selector, 'matchLabels');
  const exceptions = list(field(selector, 'matchExpressions'));
  return (labels === undefined || isEmptyMap(labels)) && exceptions.every((one) => field(one, 'operator') === 'NotIn');
}

function isEmptyMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
