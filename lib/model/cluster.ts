import { type Problem, quoted } from '../finding';
import { Peer } from './peer';
import { Port } from './port';

/** What the rendered policies have to know about the cluster that they are for. */
export interface Cluster {
  /** Suffix of Service names. */
  readonly domain: string;
  /** Search domains that the kubelet adds from the node's own resolver configuration, in order. */
  readonly searchDomains: readonly string[];
  /** Pods that answer DNS. */
  readonly dns: { readonly peer: Peer; readonly ports: readonly Port[] };
  /**
   * Minor version of Kubernetes: `1.33`. Before 1.30 pods name their AppArmor profile in an annotation, and the API server
   * has no admission policies of its own.
   * @default - 1.30 or later
   */
  readonly kubernetes?: string;
}

/** 33 for `1.33`; undefined for a cluster that names no version. */
export function kubernetesMinor({ kubernetes }: Cluster): number | undefined {
  return kubernetes === undefined ? undefined : Number(kubernetes.slice('1.'.length));
}

/** What keeps a text from being a minor version of Kubernetes. */
export function kubernetesVersionProblem(text: string): Problem | undefined {
  if (/^1\.(0|[1-9]\d?)$/.test(text)) return undefined;
  return { message: `${quoted(text)} is not a minor version of Kubernetes`, fix: "write it as text, such as '1.33'" };
}

/** A cluster as kubeadm and most providers set it up: CoreDNS in kube-system behind port 53. */
export const DEFAULT_CLUSTER: Cluster = Object.freeze({
  domain: 'cluster.local',
  searchDomains: Object.freeze([]),
  dns: Object.freeze({
    peer: Peer.pods({ namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } }),
    ports: Object.freeze([Port.udp(53), Port.tcp(53)]),
  }),
});
