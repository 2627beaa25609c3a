import type { KubeObject } from '../../kube/object';
import { type Identity, identitySelectors } from '../../model/identity/identity';
import { type NodeAlias, nodeSelectors } from '../../model/identity/node-alias';
import { formatSelector } from '../../model/identity/selector';
import { formatSpiffeId } from '../../model/identity/spiffe-id';
import type { Labels } from '../../model/label';
import { parentOf, serverId } from './entries';
import { NODES, resourceName } from './entry-id';

const API_VERSION = 'spire.spiffe.io/v1alpha1';
export interface ControllerManagerOptions {
  /** Labels of the objects. */
  readonly labels?: Labels;
  /**
   * Which controller manager acts on the objects.
   * @default - the one without a class name
   */
  readonly className?: string;
}

/**
 * One ClusterSPIFFEID for each identity. The controller manager makes an entry for every pod that the two selectors
 * choose, under the agent of the pod's node (no alias is needed), with the selectors `k8s:pod-uid:<uid>`, `k8s:ns` and
 * `k8s:sa`. A label selector cannot ask for a service account, so an entry is also made for a pod that carries the
 * labels but runs under another account. No process of it is ever issued the SVID: an entry applies where all of its
 * selectors were attested, and the pod's is `k8s:sa:<the other>`. The label selector alone would not be enough.
 *
 * The fields with "template" in their names are Go templates. Nothing is templated here: SPIFFE IDs, names and DNS
 * names that passed the model hold no brace.
 *
 * @see pkg/spireentry/entries.go of spire-controller-manager (`renderPodEntry`) for the entry
 * @see pkg/agent/manager/cache/lru_cache.go of SPIRE 1.15.3: a process gets the entries whose selectors are a subset of
 * its own
 */
export function clusterSpiffeIds(
  identities: readonly Identity[],
  options: ControllerManagerOptions = {},
): readonly KubeObject[] {
  return byName(
    identities.map((identity) => {
      const {
        spiffeId,
        owner,
        namespace,
        serviceAccount,
        podLabels,
        hint,
        dnsNames = [],
        federatesWith = [],
      } = identity;
      return object('ClusterSPIFFEID', resourceName(spiffeId, owner), options, {
        spiffeIDTemplate: formatSpiffeId(spiffeId),
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        podSelector: { matchLabels: podLabels },
        workloadSelectorTemplates: [`k8s:ns:${namespace}`, `k8s:sa:${serviceAccount}`],
        ...(identity.x509SvidTtl === undefined ? {} : { ttl: goDuration(identity.x509SvidTtl) }),
        ...(identity.jwtSvidTtl === undefined ? {} : { jwtTtl: goDuration(identity.jwtSvidTtl) }),
        ...(dnsNames.length === 0 ? {} : { dnsNameTemplates: dnsNames }),
        ...(federatesWith.length === 0 ? {} : { federatesWith }),
        ...(hint === undefined ? {} : { hint }),
      });
    }),
  );
}

/**
 * One ClusterStaticEntry for each identity, for workloads that no ClusterSPIFFEID should choose, such as a control
 * plane whose pods the controller manager was told to ignore. It says exactly the entry that a person would register,
 * so it needs the node alias, which is rendered too if it is given.
 *
 * @param alias parent of every identity that names none
 * @throws InvalidValueError if an identity has neither a parent nor an alias
 * @see api/v1alpha1/clusterstaticentry_types.go of spire-controller-manager
 */
export function clusterStaticEntries(
  identities: readonly Identity[],
  alias?: NodeAlias,
  options: ControllerManagerOptions = {},
): readonly KubeObject[] {
  const objects = identities.map((identity) => {
    const { spiffeId, owner, hint, dnsNames = [], federatesWith = [] } = identity;
    return object('ClusterStaticEntry', resourceName(spiffeId, owner), options, {
      spiffeID: formatSpiffeId(spiffeId),
      parentID: parentOf(identity, alias),
      selectors: identitySelectors(identity).map(formatSelector),
      ...(federatesWith.length === 0 ? {} : { federatesWith }),
      ...(identity.x509SvidTtl === undefined ? {} : { x509SVIDTTL: goDuration(identity.x509SvidTtl) }),
      ...(identity.jwtSvidTtl === undefined ? {} : { jwtSVIDTTL: goDuration(identity.jwtSvidTtl) }),
      ...(dnsNames.length === 0 ? {} : { dnsNames }),
      ...(hint === undefined ? {} : { hint }),
    });
  });
  return byName(alias === undefined ? objects : [aliasEntry(alias, options), ...objects]);
}

function aliasEntry(alias: NodeAlias, options: ControllerManagerOptions): KubeObject {
  const { spiffeId } = alias;
  return object('ClusterStaticEntry', resourceName(spiffeId, NODES), options, {
    spiffeID: formatSpiffeId(spiffeId),
    parentID: serverId(spiffeId.trustDomain),
    selectors: nodeSelectors(alias).map(formatSelector),
  });
}

function object(
  kind: string,
  name: string,
  { labels, className }: ControllerManagerOptions,
  spec: Readonly<Record<string, unknown>>,
): KubeObject {
  return {
    apiVersion: API_VERSION,
    kind,
    metadata: labels === undefined ? { name } : { name, labels },
    spec: className === undefined ? spec : { ...spec, className },
  };
}

function byName(objects: readonly KubeObject[]): readonly KubeObject[] {
  return [...objects].sort(({ metadata: one }, { metadata: other }) =>
    one.name < other.name ? -1 : one.name > other.name ? 1 : 0,
  );
}

/**
 * Seconds as Go writes a duration: `1h0m0s`, `5m0s`, `30s`. It reads `3600s` just as well, but whatever passes through
 * a Go program comes out in this form, and a difference in spelling would be reported as drift.
 * @see https://pkg.go.dev/time#Duration.String
 */
export function goDuration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60)];
  const parts = [hours > 0 ? `${hours}h` : '', minutes > 0 ? `${minutes % 60}m` : '', `${seconds % 60}s`];
  return parts.join('');
}
