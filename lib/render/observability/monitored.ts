import type { Stage } from '../../model/stage';

/** What alerts, rules and dashboards have to know about a platform. */
export interface MonitoredPlatform {
  /** Namespace of the control plane and of the Envoy in front of it. */
  readonly controlPlaneNamespace: string;
  readonly workspaces: readonly MonitoredWorkspace[];
  /**
   * What Cilium shows.
   * @default - plain NetworkPolicies, which show nothing
   */
  readonly cilium?: { readonly hubble: boolean };
  /** Default denies by namespace, for where only kube-state-metrics sees that they are there. */
  readonly defaultDenies: readonly { readonly namespace: string; readonly name: string }[];
  /** @default - no identities */
  readonly identity?: MonitoredIdentity;
  /** @default - there is none */
  readonly kyverno?: MonitoredWorkload;
  /** @default - there is none */
  readonly opa?: MonitoredWorkload;
  /**
   * The CronJob that looks for drift, and how often it does, in seconds.
   * @default - nobody looks
   */
  readonly drift?: { readonly namespace: string; readonly cronJob: string; readonly every: number };
}

export interface MonitoredWorkspace {
  readonly workspaceId: string;
  readonly namespace: string;
  readonly stages: { readonly egress: Stage; readonly mtls?: Stage; readonly tools: Stage };
}

export interface MonitoredIdentity {
  readonly spireNamespace: string;
  /** Lifetime of X.509 SVIDs in seconds. */
  readonly x509SvidTtl: number;
  /** Whether an Envoy terminates mutual TLS for the control plane. */
  readonly envoy: boolean;
}

/** A Deployment. */
export interface MonitoredWorkload {
  readonly namespace: string;
  readonly name: string;
}

/** The workspace of a namespace that several share, whose traffic nobody can tell apart. */
export const SEVERAL = '(several)';

/** Each namespace with its workspace. */
export function workspaceNamespaces(
  platform: MonitoredPlatform,
): readonly { readonly namespace: string; readonly workspaceId: string }[] {
  const byNamespace = new Map<string, string>();
  for (const { namespace, workspaceId } of platform.workspaces) {
    byNamespace.set(namespace, byNamespace.has(namespace) ? SEVERAL : workspaceId);
  }
  return [...byNamespace].map(([namespace, workspaceId]) => ({ namespace, workspaceId }));
}
