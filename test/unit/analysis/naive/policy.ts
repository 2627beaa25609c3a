import type { LabelSelector, LabelSelectorRequirement } from '../../../../lib/kube/selector';

/** The fields of the policies that are evaluated, as written by people: nothing is defaulted or checked. */
export interface NetworkPolicySpec {
  readonly podSelector: LabelSelector;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly NetworkPolicyRule[];
  readonly egress?: readonly NetworkPolicyRule[];
}

export interface NetworkPolicyRule {
  readonly from?: readonly NetworkPolicyPeer[];
  readonly to?: readonly NetworkPolicyPeer[];
  readonly ports?: readonly NetworkPolicyPort[];
}

export interface NetworkPolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

export interface NetworkPolicyPort {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}

export interface CiliumSpec {
  readonly endpointSelector?: LabelSelector;
  readonly nodeSelector?: LabelSelector;
  readonly enableDefaultDeny?: { readonly ingress?: boolean; readonly egress?: boolean };
  readonly ingress?: readonly CiliumRule[];
  readonly ingressDeny?: readonly CiliumRule[];
  readonly egress?: readonly CiliumRule[];
  readonly egressDeny?: readonly CiliumRule[];
}

export interface CiliumRule {
  readonly fromEndpoints?: readonly LabelSelector[];
  readonly fromEntities?: readonly string[];
  readonly fromCIDR?: readonly string[];
  readonly fromCIDRSet?: readonly CidrRule[];
  readonly fromNodes?: readonly LabelSelector[];
  readonly fromGroups?: readonly unknown[];
  readonly toEndpoints?: readonly LabelSelector[];
  readonly toEntities?: readonly string[];
  readonly toCIDR?: readonly string[];
  readonly toCIDRSet?: readonly CidrRule[];
  readonly toNodes?: readonly LabelSelector[];
  readonly toGroups?: readonly unknown[];
  readonly toServices?: readonly ServiceRule[];
  readonly toFQDNs?: readonly DnsName[];
  readonly toPorts?: readonly PortRule[];
  readonly icmps?: readonly { readonly fields?: readonly IcmpField[] }[];
  readonly authentication?: { readonly mode: string };
}

export interface CidrRule {
  readonly cidr?: string;
  readonly except?: readonly string[];
  readonly cidrGroupRef?: string;
  readonly cidrGroupSelector?: LabelSelector;
}

export interface ServiceRule {
  readonly k8sService?: { readonly serviceName?: string; readonly namespace?: string };
  readonly k8sServiceSelector?: { readonly selector: LabelSelector; readonly namespace?: string };
}

export interface DnsName {
  readonly matchName?: string;
  readonly matchPattern?: string;
}

export interface PortRule {
  readonly ports?: readonly { readonly port?: string; readonly endPort?: number; readonly protocol?: string }[];
  readonly serverNames?: readonly string[];
  readonly rules?: {
    readonly http?: readonly HttpRule[];
    readonly dns?: readonly DnsName[];
    readonly kafka?: readonly Readonly<Record<string, unknown>>[];
    readonly l7proto?: string;
    readonly l7?: readonly Readonly<Record<string, unknown>>[];
  };
}

export interface HttpRule {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly headers?: readonly string[];
}

export interface IcmpField {
  readonly family?: 'IPv4' | 'IPv6';
  readonly type: number | string;
}

/** One thing that a selector asks for; those of `matchLabels` are told apart, since they come first in a selector's key. */
export interface Requirement extends LabelSelectorRequirement {
  readonly isLabel?: true;
}

export function label(key: string, value: string): Requirement {
  return { key, operator: 'In', values: [value], isLabel: true };
}

/** A label selector as a list of requirements. */
export function requirements(selector: LabelSelector): Requirement[] {
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => label(key, value));
  return [...labels, ...(selector.matchExpressions ?? [])];
}

/** Whether a value, undefined for a missing label, meets a requirement. */
export function meets(requirement: Requirement, value: string | undefined): boolean {
  const listed = value !== undefined && (requirement.values ?? []).includes(value);
  if (requirement.operator === 'In') return listed;
  if (requirement.operator === 'NotIn') return !listed;
  return (requirement.operator === 'Exists') === (value !== undefined);
}
