import type { KubeObject } from '../../../../lib/kube/object';

/** A small reading of CiliumNetworkPolicy, written for these tests alone, so that they do not ask the renderer. */

export interface Pod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

export type Target = Pod | { readonly entity: string } | { readonly host: string } | { readonly ip: string };

export interface Traffic {
  readonly port: number;
  readonly protocol?: string;
  readonly method?: string;
  readonly path?: string;
  /** Name asked of a DNS server. */
  readonly query?: string;
}

export interface Verdict {
  readonly allowed: boolean;
  /** True if every rule that allows it requires authentication or one of them does; Cilium merges to required. */
  readonly authenticated: boolean;
}

interface Rule {
  readonly [field: string]: unknown;
  readonly authentication?: { mode: string };
  readonly toPorts?: readonly PortRule[];
}

interface PortRule {
  readonly ports: readonly { port: string; endPort?: number; protocol: string }[];
  readonly rules?: {
    http?: readonly { method?: string; path?: string }[];
    dns?: readonly { matchName?: string; matchPattern?: string }[];
  };
}

interface Spec {
  readonly endpointSelector: Selector;
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
  readonly egressDeny?: readonly Rule[];
  readonly enableDefaultDeny?: { ingress?: boolean; egress?: boolean };
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
}

const NAMESPACE = 'io.kubernetes.pod.namespace';

function matches(selector: Selector, pod: Pod, home: string): boolean {
  const labels: Record<string, string> = { ...pod.labels, [NAMESPACE]: pod.namespace };
  const keys = [...Object.keys(selector.matchLabels ?? {}), ...(selector.matchExpressions ?? []).map(({ key }) => key)];
  if (!keys.includes(NAMESPACE) && pod.namespace !== home) return false;
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'In') return value !== undefined && values.includes(value);
      if (operator === 'NotIn') return value === undefined || !values.includes(value);
      return (operator === 'Exists') === (value !== undefined);
    })
  );
}

/** `*` stays within a label, `**.` in front crosses them, `*` alone is everything. */
function nameMatches(
  name: string,
  { matchName, matchPattern }: { matchName?: string; matchPattern?: string },
): boolean {
  if (matchName !== undefined) return matchName === name;
  if (matchPattern === '*') return true;
  const pattern = (matchPattern ?? '')
    .replaceAll('.', '[.]')
    .replace(/^\*\*\[\.\]/, '([-a-zA-Z0-9_]+[.])+')
    .replaceAll(/(?<!\))\*/g, '[-a-zA-Z0-9_]*');
  return new RegExp(`^${pattern}$`).test(name);
}

function ipv4(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function inRange(ip: string, cidr: string): boolean {
  if (cidr.includes(':')) return false;
  const [base = '', prefix = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(prefix));
  return Math.floor(ipv4(ip) / size) === Math.floor(ipv4(base) / size);
}

function peerMatches(rule: Rule, side: 'from' | 'to', target: Target, home: string): boolean {
  const field = (name: string) => rule[`${side}${name}`] as readonly unknown[] | undefined;
  const peers = ['Endpoints', 'Entities', 'CIDRSet', 'FQDNs'].filter((name) => field(name) !== undefined);
  if (peers.length === 0) return rule.toPorts !== undefined;
  if ('namespace' in target) {
    return (field('Endpoints') ?? []).some((selector) => matches(selector as Selector, target, home));
  }
  if ('entity' in target) return (field('Entities') ?? []).includes(target.entity);
  if ('host' in target) return (field('FQDNs') ?? []).some((pattern) => nameMatches(target.host, pattern as object));
  return (field('CIDRSet') ?? []).some((range) => {
    const { cidr, except = [] } = range as { cidr: string; except?: readonly string[] };
    return inRange(target.ip, cidr) && !except.some((inner) => inRange(target.ip, inner));
  });
}

function trafficMatches(rule: Rule, traffic: Traffic): 'any' | 'listed' | undefined {
  if (rule.toPorts === undefined) return 'any';
  let listed: 'listed' | undefined;
  for (const { ports, rules } of rule.toPorts) {
    const open = ports.some(
      ({ port, endPort, protocol }) =>
        traffic.port >= Number(port) &&
        traffic.port <= (endPort ?? Number(port)) &&
        (protocol === 'ANY' || protocol === (traffic.protocol ?? 'TCP')),
    );
    if (!open) continue;
    if (rules === undefined) return 'any';
    const http = (rules.http ?? []).some(
      ({ method, path }) =>
        traffic.path !== undefined &&
        (method === undefined || method === traffic.method) &&
        (path === undefined || new RegExp(`^(?:${path})$`).test(traffic.path)),
    );
    const dns = (rules.dns ?? []).some((pattern) => traffic.query !== undefined && nameMatches(traffic.query, pattern));
    if (http || dns) listed = 'listed';
  }
  return listed;
}

function half(
  policies: readonly KubeObject[],
  pod: Pod,
  direction: 'ingress' | 'egress',
  far: Target,
  traffic: Traffic,
) {
  const side = direction === 'ingress' ? 'from' : 'to';
  const specs = policies
    .filter(({ metadata }) => metadata.namespace === pod.namespace)
    .map(({ spec }) => spec as unknown as Spec)
    .filter((spec) => matches(spec.endpointSelector, pod, pod.namespace));
  const deny = direction === 'egress' ? specs.flatMap((spec) => spec.egressDeny ?? []) : [];
  const denied = deny.some((rule) => peerMatches(rule, side, far, pod.namespace));
  const granting = specs
    .flatMap((spec) => spec[direction] ?? [])
    .filter((rule) => peerMatches(rule, side, far, pod.namespace) && trafficMatches(rule, traffic) !== undefined);
  const closed = specs.some((spec) => deniesByDefault(spec, direction));
  return {
    allowed: !denied && (granting.length > 0 || !closed),
    authenticated: granting.some((rule) => rule.authentication?.mode === 'required'),
  };
}

/** A direction is closed as soon as the policy has a rule for it, unless the policy says otherwise. */
function deniesByDefault(spec: Spec, direction: 'ingress' | 'egress'): boolean {
  const rules = [...(spec[direction] ?? []), ...(direction === 'egress' ? (spec.egressDeny ?? []) : [])];
  return spec.enableDefaultDeny?.[direction] ?? rules.length > 0;
}

/** What the policies make of traffic from a pod: both ends have to agree. */
export function verdict(policies: readonly KubeObject[], from: Pod, to: Target, traffic: Traffic): Verdict {
  const out = half(policies, from, 'egress', to, traffic);
  const incoming =
    'namespace' in to ? half(policies, to, 'ingress', from, traffic) : { allowed: true, authenticated: true };
  return {
    allowed: out.allowed && incoming.allowed,
    authenticated: out.authenticated && incoming.authenticated,
  };
}
