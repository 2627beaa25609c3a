import type { Finding } from '../../finding';
import { field, list } from '../../kube/field';
import { apiGroup, formatObject, type KubeObject } from '../../kube/object';

/** Kinds that decide about traffic as well, and that nothing here evaluates. */
const KINDS: readonly (readonly [group: RegExp, kind: RegExp])[] = [
  [/^policy\.networking\.k8s\.io$/, /^(?:Baseline)?AdminNetworkPolicy$|^ClusterNetworkPolicy$/],
  [/^(?:crd\.)?projectcalico\.org$/, /^(?:Staged)?(?:Global|Kubernetes)?NetworkPolicy$|^Tier$/],
  [/^cilium\.io$/, /^Cilium(?:LocalRedirectPolicy|EgressGatewayPolicy|(?:Clusterwide)?EnvoyConfig)$/],
  [/^security\.istio\.io$/, /^AuthorizationPolicy$/],
  [/^crd\.antrea\.io$/, /^(?:Cluster)?NetworkPolicy$/],
  [/^extensions$/, /^NetworkPolicy$/],
];

/** A controller of another kind with a template of pods, such as a Rollout of Argo. */
function makesPods({ spec }: KubeObject): boolean {
  return list(field(field(field(spec, 'template'), 'spec'), 'containers')).length > 0;
}

/** A finding for an object that decides about traffic, or has pods, and is not evaluated; nothing for all others. */
export function notEvaluated(object: KubeObject, where: Finding['where']): Finding | undefined {
  const { apiVersion, kind, metadata } = object;
  const group = apiGroup(apiVersion);
  const { name, namespace } = metadata;
  const text = `${formatObject({ apiVersion, kind, namespace, name })} (${apiVersion})`;
  if (!KINDS.some(([groups, kinds]) => groups.test(group) && kinds.test(kind))) {
    if (!makesPods(object)) return undefined;
    const fix = 'analyse the pods too (kubectl get pods -o json); until then answers leave them out';
    return { rule: 'pods-unknown', severity: 'warning', where, message: `the pods of ${text} are not known here`, fix };
  }
  const message = `${text} decides about traffic and is not evaluated`;
  const fix =
    group === 'extensions'
      ? 'write it as networking.k8s.io/v1; no API server has taken this version since Kubernetes 1.22'
      : 'judge it by hand; what it denies counts as allowed here, and what it allows as denied';
  return { rule: 'policy-not-evaluated', severity: 'warning', where, message, fix };
}
