import type { HttpRule } from './l7';
import type { Peer } from './peer';
import type { Port } from './port';

/**
 * Who may talk to whom: `from` → `to` on `ports`, and why. One edge is said once; every layer is rendered from it.
 */
export interface Edge {
  readonly from: EdgeEnd;
  readonly to: EdgeEnd;
  /** Ports of the pods (or hosts) at `to`; never empty. */
  readonly ports: readonly Port[];
  /** Requests that are let through; absent means that the ports are open to any traffic. */
  readonly l7?: L7;
  /** `required`: both ends prove their identity before the first packet passes. */
  readonly authentication?: 'required';
  /** Why the edge is allowed; never empty. */
  readonly purpose: string;
  /** Path of the construct that declared the edge. */
  readonly declaredAt: string;
}

/** One end of an edge: what it is in the network, what people call it, and what it is called in DNS. */
export interface EdgeEnd {
  readonly peer: Peer;
  /** What tables and messages call it. */
  readonly title: string;
  /** True if this program renders the policy at this end; otherwise the end is a requirement on its owner. */
  readonly managed: boolean;
  /** The name that the other end has to look up before it can connect; absent where addresses are used. */
  readonly name?: DnsName;
}

/** A name that a source of an edge has to resolve. */
export type DnsName = ServiceName | PodNames | HostName;

/** A Kubernetes Service. */
export interface ServiceName {
  readonly kind: 'service';
  readonly service: string;
  readonly namespace: string;
}

/** Every pod behind a headless Service, as the replicas of a StatefulSet name each other. */
export interface PodNames {
  readonly kind: 'pods';
  /** The headless Service. */
  readonly service: string;
  readonly namespace: string;
}

/** A host outside the cluster, exact or a pattern. */
export interface HostName {
  readonly kind: 'host';
  readonly host: string;
}

/** What is looked at beyond the port. Only one protocol fits on a port. */
export type L7 =
  | { readonly http: readonly HttpRule[] }
  /** Names that may be asked of a DNS server: hosts, exact or patterns. */
  | { readonly dns: readonly string[] };
