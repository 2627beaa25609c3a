import type { Protocol } from '../../../../lib/analysis/connection/connection';
import type { AnalysisDialect } from '../../../../lib/analysis/dialect';
import type { Manifests, Workload } from '../../../../lib/analysis/load/manifests';
import { ciliumVerdict } from './cilium';
import { kubernetesAllows } from './kubernetes';

/**
 * One end of a question. A host is a DNS name outside the cluster, with an address that nobody knows. Workloads on the
 * host's network are the local node or another one, and `kube-apiserver` is a node or an address of the world.
 */
export type End =
  | { readonly workload: string; readonly as?: 'remote-node' }
  | { readonly address: string }
  | { readonly host: string; readonly family?: 4 | 6 }
  | { readonly entity: Entity; readonly as?: ApiServerGuise };

export type ApiServerGuise = 'remote-node' | 'host' | 'world-ipv4' | 'world-ipv6';

export type Entity = 'host' | 'remote-node' | 'kube-apiserver' | 'ingress' | 'health' | 'init' | 'unmanaged';

export interface Query {
  readonly from: End;
  readonly to: End;
  readonly protocol: Protocol;
  /** Destination port; the type for ICMP. */
  readonly port: number;
}

export interface Verdict {
  readonly allowed: boolean;
  /** Lists of rules as `protocol rule`: a request has to match one of each. Sorted. */
  readonly l7: readonly (readonly string[])[];
  readonly authenticated: boolean;
}

export interface EvaluateOptions {
  /**
   * Cilium 1.19 up to 1.19.4 lets an ingress `ipBlock` of a NetworkPolicy admit all pods of the policy's namespace.
   * @see https://github.com/cilium/cilium/pull/46305
   * @default false
   */
  readonly ipBlockAdmitsNamespace?: boolean;
  /**
   * Takes it that a rule that is silent about authentication always takes over what a wider one says, in whatever order
   * Cilium inserts the two.
   * @default false
   */
  readonly authenticationArrives?: boolean;
  /**
   * Leaves out what policies do to the ends that Cilium runs itself, such as its ingress.
   * @default false
   */
  readonly onlyPodsDecide?: boolean;
}

/** What an end is, once its workload is found. */
export type Target =
  | { readonly kind: 'pod'; readonly workload: Workload }
  | { readonly kind: 'host' }
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'name'; readonly name: string; readonly family: 4 | 6 }
  | { readonly kind: 'entity'; readonly entity: Entity; readonly as?: ApiServerGuise | undefined };

/**
 * What policies do to one packet, straight from the specifications: a loop over all policies, pod by pod and port by
 * port. Slow on purpose; what it says is held against the fast analysis.
 */
export function evaluate(
  manifests: Manifests,
  dialect: AnalysisDialect,
  query: Query,
  options: EvaluateOptions = {},
): Verdict {
  const from = target(manifests, query.from);
  const to = target(manifests, query.to);
  const isSelf = from.kind === 'pod' && to.kind === 'pod' && from.workload === to.workload;
  if (isSelf) return { allowed: true, l7: [], authenticated: false };
  if (dialect.kind === 'cilium') {
    return ciliumVerdict({ manifests, version: dialect.version, options }, from, to, query.protocol, query.port);
  }
  const allowed = kubernetesAllows(manifests, from, to, query.protocol, query.port);
  return { allowed, l7: [], authenticated: false };
}

function target(manifests: Manifests, end: End): Target {
  if ('address' in end) return { kind: 'address', address: end.address };
  if ('host' in end) return { kind: 'name', name: end.host, family: end.family ?? 4 };
  if ('entity' in end)
    return end.entity === 'host' ? { kind: 'host' } : { kind: 'entity', entity: end.entity, as: end.as };
  const workload = manifests.workloads.find(({ namespace, name }) => `${namespace}/${name}` === end.workload);
  if (workload === undefined) throw new Error(`no workload ${end.workload}`);
  if (!workload.hostNetwork) return { kind: 'pod', workload };
  return end.as === undefined ? { kind: 'host' } : { kind: 'entity', entity: end.as };
}
