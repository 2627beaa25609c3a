import type { LabelSelector } from './selector';

/** `cilium.io/v2` CiliumNetworkPolicy, the fields that we write. */
export interface CiliumNetworkPolicySpec {
  readonly description?: string;
  readonly endpointSelector: LabelSelector;
  readonly enableDefaultDeny?: { readonly ingress: boolean; readonly egress: boolean };
  readonly ingress?: readonly CiliumIngressRule[];
  readonly egress?: readonly CiliumEgressRule[];
  readonly egressDeny?: readonly CiliumEgressDenyRule[];
}

export interface CiliumIngressRule {
  readonly fromEndpoints?: readonly LabelSelector[];
  readonly fromEntities?: readonly string[];
  readonly fromCIDRSet?: readonly CiliumCidr[];
  readonly authentication?: { readonly mode: 'required' };
  readonly toPorts?: readonly CiliumPortRule[];
}

export interface CiliumEgressRule {
  readonly toEndpoints?: readonly LabelSelector[];
  readonly toEntities?: readonly string[];
  readonly toCIDRSet?: readonly CiliumCidr[];
  readonly toFQDNs?: readonly CiliumDnsSelector[];
  readonly authentication?: { readonly mode: 'required' };
  readonly toPorts?: readonly CiliumPortRule[];
}

export interface CiliumEgressDenyRule {
  readonly toCIDRSet: readonly CiliumCidr[];
}

export interface CiliumCidr {
  readonly cidr: string;
  readonly except?: readonly string[];
}

/** An exact name or a pattern, in `toFQDNs` and in DNS rules. */
export type CiliumDnsSelector = { readonly matchName: string } | { readonly matchPattern: string };

export interface CiliumPortRule {
  readonly ports: readonly CiliumPort[];
  readonly rules?: CiliumL7Rules;
}

export interface CiliumPort {
  /** A number as text, or a name. */
  readonly port: string;
  readonly endPort?: number;
  /** `ANY` means TCP, UDP and SCTP. */
  readonly protocol: 'TCP' | 'UDP' | 'SCTP' | 'ANY';
}

export interface CiliumL7Rules {
  readonly http?: readonly { readonly method?: string; readonly path?: string }[];
  readonly dns?: readonly CiliumDnsSelector[];
}

/** Label by which Cilium selectors name a pod's namespace. */
export const CILIUM_NAMESPACE_LABEL = 'io.kubernetes.pod.namespace';
