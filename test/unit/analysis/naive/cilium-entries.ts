import type { CiliumVersion } from '../../../../lib/analysis/dialect';
import type { Manifests, Service } from '../../../../lib/analysis/load/manifests';
import type { KubeObject } from '../../../../lib/kube/object';
import type { LabelSelector } from '../../../../lib/kube/selector';
import { isRejected } from './cilium-checks';
import {
  CLUSTER,
  CLUSTER_NAME,
  cidrPeer,
  dnsPeer,
  entityPeers,
  labelPeer,
  NAMESPACE,
  NAMESPACE_LABELS,
  type Peer,
  scopedPeer,
} from './cilium-identity';
import type { EvaluateOptions } from './evaluate';
import {
  type CiliumRule,
  type CiliumSpec,
  type IcmpField,
  label,
  meets,
  type NetworkPolicyPeer,
  type NetworkPolicyPort,
  type NetworkPolicyRule,
  type NetworkPolicySpec,
  type PortRule,
  type Requirement,
  requirements,
  type ServiceRule,
} from './policy';

export interface CiliumSetup {
  readonly manifests: Manifests;
  readonly version: CiliumVersion;
  readonly options: EvaluateOptions;
}

/** A rule as Cilium's engine takes it in. */
export interface Entry {
  readonly subject: Peer;
  readonly ingress: boolean;
  readonly deny: boolean;
  readonly defaultDeny: boolean;
  readonly peers: readonly Peer[];
  readonly ports: readonly PortFilter[];
  readonly authentication?: string | undefined;
}

/** Ports on which a rule counts; `ANY` (with port 0) is every protocol. */
export interface PortFilter {
  readonly protocol: string;
  /** 0 for all ports. */
  readonly port: number;
  readonly endPort: number;
  readonly name?: string;
  readonly serverNames?: readonly string[] | undefined;
  readonly rules?: PortRule['rules'];
}

const EVERYTHING: PortFilter = { protocol: 'ANY', port: 0, endPort: 0 };

/** Every rule of every policy, in Cilium's terms. Policies that Cilium refuses are left out. */
export function entriesOf(setup: CiliumSetup): Entry[] {
  return setup.manifests.policies.flatMap(({ object }) => {
    if (object.kind === 'NetworkPolicy') return networkPolicyEntries(setup, object);
    const specs = [object.spec, ...((object.specs as unknown[] | undefined) ?? [])].filter(
      (spec): spec is CiliumSpec => spec !== undefined,
    );
    const namespace = object.kind === 'CiliumNetworkPolicy' ? (object.metadata.namespace ?? 'default') : undefined;
    if (specs.some((spec) => isRejected(spec, namespace === undefined))) return [];
    return specs.flatMap((spec) => ciliumEntries(setup, spec, namespace));
  });
}

function ciliumEntries(setup: CiliumSetup, spec: CiliumSpec, namespace: string | undefined): Entry[] {
  // Policies for nodes need the host firewall, which is off.
  if (spec.endpointSelector === undefined) return [];
  const subject = subjectOf(spec.endpointSelector, namespace);
  const entry =
    (direction: 'ingress' | 'egress', deny: boolean) =>
    (rule: CiliumRule): Entry => {
      const peers = peersOf(setup, rule, spec.endpointSelector ?? {}, namespace, deny);
      const defaultDeny = spec.enableDefaultDeny?.[direction] ?? true;
      const base = { subject, ingress: direction === 'ingress', deny, defaultDeny };
      return { ...base, ...reach(peers, ciliumPorts(rule)), authentication: modeOf(setup, rule) };
    };
  return [
    ...(spec.ingress ?? []).map(entry('ingress', false)),
    ...(spec.ingressDeny ?? []).map(entry('ingress', true)),
    ...(spec.egress ?? []).map(entry('egress', false)),
    ...(spec.egressDeny ?? []).map(entry('egress', true)),
  ];
}

/** Cilium 1.21 knows no mutual authentication any more. */
function modeOf({ version }: CiliumSetup, { authentication }: CiliumRule): string | undefined {
  return version === '1.21' ? undefined : authentication?.mode;
}

/** A rule without peers is for everyone if it names ports, and for nobody if it does not. */
function reach(
  peers: readonly Peer[] | 'nobody',
  ports: readonly PortFilter[] | undefined,
): Pick<Entry, 'peers' | 'ports'> {
  if (peers === 'nobody') return { peers: [], ports: [] };
  if (ports === undefined) return { peers, ports: [EVERYTHING] };
  return { peers: peers.length > 0 ? peers : [labelPeer([])], ports };
}

function subjectOf(selector: LabelSelector, namespace: string | undefined): Peer {
  const rules = requirements(selector);
  if (namespace === undefined) return labelPeer(rules);
  const kept = rules.filter(({ key, isLabel }) => key !== NAMESPACE || isLabel !== true);
  return labelPeer([...kept, label(NAMESPACE, namespace)]);
}

function peersOf(
  setup: CiliumSetup,
  rule: CiliumRule,
  subject: LabelSelector,
  namespace: string | undefined,
  deny: boolean,
): readonly Peer[] | 'nobody' {
  const isNew = setup.version !== '1.18';
  const services = deny ? [] : selectedServices(setup.manifests, rule.toServices ?? []);
  const scope = {
    namespace,
    ownCluster: isNew,
    subjectIsInit: requirements(subject).some(({ key }) => key === 'reserved:init'),
  };
  const endpoints = rule.fromEndpoints ?? rule.toEndpoints;
  const generated = services.flatMap((service) => serviceSelector(service));
  const cidrSet = rule.fromCIDRSet ?? rule.toCIDRSet;
  const addresses = services.flatMap(({ selector, addresses }) => (isEmpty(selector) ? addresses : []));
  const lists = [
    all(endpoints, generated)?.map((selector) => scopedPeer(selector, scope)),
    (rule.fromEntities ?? rule.toEntities)?.flatMap(entityPeers),
    // An entity list counts as empty by its own length, not by what its entities select.
    (rule.fromCIDR ?? rule.toCIDR)?.map((cidr) => cidrPeer({ cidr })),
    all(
      cidrSet,
      addresses.map((cidr) => ({ cidr })),
    )?.map(cidrPeer),
  ];
  if (lists.some((list) => list?.length === 0)) return 'nobody';
  return [...lists.flatMap((list) => list ?? []), ...(rule.toFQDNs ?? []).map((name) => dnsPeer(name, isNew))];
}

/** A list with what was made from services; undefined if there is neither. */
function all<T>(given: readonly T[] | undefined, generated: readonly T[]): readonly T[] | undefined {
  return given === undefined && generated.length === 0 ? undefined : [...(given ?? []), ...generated];
}

function isEmpty(selector: Service['selector']): boolean {
  return selector === undefined || Object.keys(selector).length === 0;
}

function serviceSelector({ namespace, selector = {} }: Service): LabelSelector[] {
  if (isEmpty(selector)) return [];
  const labels = Object.entries(selector).map(([key, value]): [string, string] => [`k8s:${key}`, value]);
  return [{ matchLabels: { ...Object.fromEntries(labels), [NAMESPACE]: namespace } }];
}

function selectedServices(manifests: Manifests, rules: readonly ServiceRule[]): Service[] {
  return manifests.services.filter((service) =>
    rules.some(({ k8sService, k8sServiceSelector }) => {
      const namespace = (k8sServiceSelector ?? k8sService)?.namespace ?? '';
      if (namespace !== '' && namespace !== service.namespace) return false;
      if (k8sServiceSelector === undefined) return k8sService?.serviceName === service.name;
      const bare = (key: string) => key.slice(key.indexOf(':') + 1);
      return requirements(k8sServiceSelector.selector).every((rule) => meets(rule, service.labels[bare(rule.key)]));
    }),
  );
}

function ciliumPorts(rule: CiliumRule): PortFilter[] | undefined {
  const { toPorts = [], icmps = [] } = rule;
  if (toPorts.length === 0 && icmps.length === 0) return undefined;
  const ports = toPorts.flatMap(({ ports = [], serverNames, rules }) =>
    ports.flatMap(({ port = '0', endPort = 0, protocol = 'ANY' }) => {
      const number = /[a-z]/i.test(port) ? { port: 0, name: port.toLowerCase() } : { port: Number(port) };
      const protocols = protocol === 'ANY' || protocol === '' ? ['TCP', 'UDP', 'SCTP'] : [protocol];
      return protocols.map((each): PortFilter => ({ protocol: each, endPort, ...number, serverNames, rules }));
    }),
  );
  return [...ports, ...icmps.flatMap(({ fields = [] }) => fields.map(icmpFilter))];
}

const ICMP_TYPES: Readonly<Record<string, readonly [number, number]>> = {
  EchoReply: [0, 129],
  DestinationUnreachable: [3, 1],
  Echo: [8, 8],
  EchoRequest: [8, 128],
  TimeExceeded: [11, 3],
  PacketTooBig: [2, 2],
};

/** Type 0 becomes port 0, which is every type. */
function icmpFilter({ family = 'IPv4', type }: IcmpField): PortFilter {
  const number = ICMP_TYPES[type]?.[family === 'IPv4' ? 0 : 1] ?? Number(type);
  return { protocol: family === 'IPv4' ? 'ICMP' : 'ICMPv6', port: number, endPort: 0 };
}

/** `policyTypes` only matter for a direction without rules: Cilium takes in every rule that is there. */
function networkPolicyEntries(setup: CiliumSetup, object: KubeObject): Entry[] {
  const { podSelector, policyTypes = [], ingress = [], egress = [] } = object.spec as NetworkPolicySpec;
  const namespace = object.metadata.namespace ?? 'default';
  const subject = labelPeer([...prefixed('k8s:', podSelector), label(NAMESPACE, namespace)]);
  const isolates = {
    ingress: !policyTypes.includes('Egress') || policyTypes.includes('Ingress'),
    egress: policyTypes.includes('Egress'),
  };
  const entries = (direction: 'ingress' | 'egress', rules: readonly NetworkPolicyRule[]): Entry[] => {
    const base = { subject, ingress: direction === 'ingress', deny: false, defaultDeny: true };
    if (rules.length === 0) return isolates[direction] ? [{ ...base, peers: [], ports: [] }] : [];
    return rules.flatMap((rule) => {
      const peers = rule.from ?? rule.to ?? [];
      const ports = (rule.ports ?? []).length === 0 ? [EVERYTHING] : (rule.ports ?? []).map(networkPolicyPort);
      if (peers.length === 0) return [{ ...base, peers: [labelPeer([])], ports }];
      return peers.map((peer) => ({ ...base, peers: networkPolicyPeers(setup, peer, namespace, direction), ports }));
    });
  };
  return [...entries('ingress', ingress), ...entries('egress', egress)];
}

function networkPolicyPeers(
  { version, options }: CiliumSetup,
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  namespace: string,
  direction: 'ingress' | 'egress',
): Peer[] {
  const cluster = version === '1.18' ? [] : [label(CLUSTER, CLUSTER_NAME)];
  const pods = prefixed('k8s:', podSelector ?? {});
  if (namespaceSelector !== undefined) {
    const named = prefixed(`k8s:${NAMESPACE_LABELS}`, namespaceSelector);
    const anywhere: Requirement[] = [{ key: NAMESPACE, operator: 'Exists' }];
    return [labelPeer([...(named.length > 0 ? named : anywhere), ...pods, ...cluster])];
  }
  const own = labelPeer([...pods, label(NAMESPACE, namespace), ...cluster]);
  if (ipBlock === undefined) return [own];
  const isAdmitted = options.ipBlockAdmitsNamespace === true && direction === 'ingress' && version === '1.19';
  return [cidrPeer(ipBlock), ...(isAdmitted ? [own] : [])];
}

function networkPolicyPort({ protocol = 'TCP', port = 0, endPort = 0 }: NetworkPolicyPort): PortFilter {
  return typeof port === 'number' ? { protocol, port, endPort } : { protocol, port: 0, endPort, name: port };
}

function prefixed(prefix: string, selector: LabelSelector): Requirement[] {
  return requirements(selector).map((rule) => ({ ...rule, key: `${prefix}${rule.key}` }));
}
