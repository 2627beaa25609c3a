/** Objects of a kind that could give something to somebody although nobody rendered them. */
export interface GuardedKind {
  /** API group; versions are asked of the cluster. */
  readonly group: string;
  readonly kind: string;
  /** Where to look: in every managed namespace, in every namespace there is, or at objects without one. */
  readonly where: 'managed' | 'anywhere' | 'cluster';
}

const kinds = (group: string, where: GuardedKind['where'], ...names: readonly string[]): readonly GuardedKind[] =>
  names.map((kind) => ({ group, kind, where }));

/**
 * What a look for drift reads besides what was rendered: policies, redirections, rights, pods, identities and exceptions
 * from policies.
 */
export const GUARDED_KINDS: readonly GuardedKind[] = Object.freeze([
  ...kinds('networking.k8s.io', 'managed', 'NetworkPolicy'),
  ...kinds('cilium.io', 'managed', 'CiliumNetworkPolicy', 'CiliumLocalRedirectPolicy', 'CiliumEnvoyConfig'),
  ...kinds('cilium.io', 'cluster', 'CiliumClusterwideNetworkPolicy'),
  ...kinds(
    'policy.networking.k8s.io',
    'cluster',
    'AdminNetworkPolicy',
    'BaselineAdminNetworkPolicy',
    'ClusterNetworkPolicy',
  ),
  ...kinds('rbac.authorization.k8s.io', 'managed', 'RoleBinding'),
  ...kinds('rbac.authorization.k8s.io', 'cluster', 'ClusterRoleBinding'),
  ...kinds('', 'managed', 'Pod', 'ServiceAccount'),
  ...kinds('apps', 'managed', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'),
  ...kinds('batch', 'managed', 'Job', 'CronJob'),
  ...kinds('spire.spiffe.io', 'cluster', 'ClusterSPIFFEID', 'ClusterStaticEntry'),
  ...kinds('policies.kyverno.io', 'anywhere', 'PolicyException'),
  ...kinds('kyverno.io', 'anywhere', 'PolicyException'),
]);

/**
 * Name of a kind's resource in roles, as kubectl guesses it; custom resources may have any, and mostly have this one.
 * @see UnsafeGuessKindToResource in pkg/api/meta/restmapper.go of k8s.io/apimachinery
 */
export function resourceName(kind: string): string {
  const name = kind.toLowerCase();
  if (name === 'endpoints') return name;
  if (name.endsWith('s')) return `${name}es`;
  return name.endsWith('y') ? `${name.slice(0, -1)}ies` : `${name}s`;
}
