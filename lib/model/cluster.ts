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
