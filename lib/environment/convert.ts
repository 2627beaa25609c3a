import type { AllowlistEntry } from '../model/allowlist';
import { type Cluster, DEFAULT_CLUSTER } from '../model/cluster';
import { Peer } from '../model/peer';
import { Port, type Protocol } from '../model/port';
import type { ToolProfile } from '../model/tool-profile';
import type { PortariumSettings, PortariumWorkspace } from '../stacks/portarium/settings';
import type { ClawdstrikeSettings, DeliverySettings, Environment } from './environment';
import type { EnvironmentFile } from './schema';
import type { EgressEntryFile, WorkspaceFile } from './workspace-schema';

/** A checked file as the data that stacks take. Throws nothing: the schema has refused what the model refuses. */
export function toEnvironment(name: string, file: string, data: EnvironmentFile): Environment {
  return {
    name,
    file,
    profile: data.profile ?? 'strict',
    dialect: data.dialect,
    cluster: toCluster(data.cluster),
    ...toPolicyController(data),
    ...(data.delivery === undefined ? {} : { delivery: withoutUndefined(data.delivery) as DeliverySettings }),
    tools: toTools(data),
    ...(data.portarium === undefined ? {} : { portarium: toPortarium(data.portarium, toTools(data)) }),
    ...(data.clawdstrike === undefined
      ? {}
      : { clawdstrike: withoutUndefined(data.clawdstrike) as ClawdstrikeSettings }),
  };
}

function toCluster(data: EnvironmentFile['cluster'] = {}): Cluster {
  const { namespace = 'kube-system', labels = { 'k8s-app': 'kube-dns' }, port = 53 } = data.dns ?? {};
  return {
    domain: data.domain ?? DEFAULT_CLUSTER.domain,
    searchDomains: data.searchDomains ?? DEFAULT_CLUSTER.searchDomains,
    dns: { peer: Peer.pods({ namespace, labels }), ports: [Port.udp(port), Port.tcp(port)] },
    ...(data.kubernetes === undefined ? {} : { kubernetes: data.kubernetes }),
  };
}

/** A cluster that speaks Cilium's policies has Cilium; the plain ones are everybody's, and enforced by nobody alone. */
function toPolicyController({
  policyController: data,
  dialect,
}: EnvironmentFile): Pick<Environment, 'policyController'> {
  if (data !== undefined) return { policyController: { name: data.name, enabled: data.enabled ?? true } };
  return dialect.kind === 'cilium' ? { policyController: { name: 'cilium', enabled: true } } : {};
}

/** What the rest of the file says where the profile says nothing. */
function toTools({ tools = {}, dialect, portarium }: EnvironmentFile): ToolProfile {
  return {
    opa: tools.opa ?? portarium?.authorization !== undefined,
    kyverno: tools.kyverno ?? false,
    cilium: tools.cilium ?? dialect.kind === 'cilium',
    spire: tools.spire ?? portarium?.identity !== undefined,
    envoy: tools.envoy ?? false,
    falco: tools.falco ?? false,
  };
}

function toPortarium(data: NonNullable<EnvironmentFile['portarium']>, { kyverno }: ToolProfile): PortariumSettings {
  const { admission } = data;
  return {
    ...(withoutUndefined(data) as typeof data),
    ...(admission === undefined ? {} : { admission: { ...admission, engine: kyverno ? 'kyverno' : 'kubernetes' } }),
    workspaces: data.workspaces.map(toWorkspace),
  } as PortariumSettings;
}

function toWorkspace(data: WorkspaceFile): PortariumWorkspace {
  const { MachineExecutionPolicyV1: policy, ...rest } = data;
  const { egressAllowlist } = policy;
  return {
    ...(withoutUndefined(rest) as Omit<PortariumWorkspace, 'egressAllowlist'>),
    egressAllowlist: egressAllowlist === 'none' ? 'none' : egressAllowlist.map(toAllowlistEntry),
  };
}

function toAllowlistEntry(data: EgressEntryFile): AllowlistEntry {
  const { host, displays, cidr, except, ports = [443], protocol = 'TCP', purpose } = data;
  const peer =
    host === undefined
      ? Peer.cidr(cidr ?? '', except === undefined ? {} : { except })
      : Peer.fqdn(host, displays === undefined ? {} : { displays });
  return {
    peer,
    ports: ports.map((port) =>
      typeof port === 'number' ? single(protocol, port) : range(protocol, port.from, port.to),
    ),
    purpose,
  };
}

function single(protocol: Protocol, port: number): Port {
  return { TCP: Port.tcp, UDP: Port.udp, SCTP: Port.sctp }[protocol](port);
}

function range(protocol: Protocol, from: number, to: number): Port {
  return { TCP: Port.tcpRange, UDP: Port.udpRange, SCTP: Port.sctpRange }[protocol](from, to);
}

function withoutUndefined(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
