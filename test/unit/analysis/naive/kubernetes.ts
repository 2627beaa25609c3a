import type { Protocol } from '../../../../lib/analysis/connection/connection';
import type { Manifests, Workload } from '../../../../lib/analysis/load/manifests';
import type { LabelSelector } from '../../../../lib/kube/selector';
import { covers, overlap, parseBlock } from './address';
import type { Target } from './evaluate';
import {
  meets,
  type NetworkPolicyPeer,
  type NetworkPolicyPort,
  type NetworkPolicyRule,
  type NetworkPolicySpec,
  requirements,
} from './policy';

/** Where pods without a known address may live: a block reaches them only if it holds all of one of these families. */
const PRIVATE: readonly (readonly string[])[] = [
  ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'],
  ['fc00::/7'],
];

/** Whether every plugin that follows the Kubernetes specification lets the packet through. */
export function kubernetesAllows(
  manifests: Manifests,
  from: Target,
  to: Target,
  protocol: Protocol,
  port: number,
): boolean {
  if (from.kind === 'host' || to.kind === 'host') return true;
  const packet = { protocol, port, destination: to };
  return oneWay(manifests, 'egress', from, to, packet) && oneWay(manifests, 'ingress', to, from, packet);
}

interface Packet {
  readonly protocol: Protocol;
  readonly port: number;
  readonly destination: Target;
}

function oneWay(
  manifests: Manifests,
  direction: 'ingress' | 'egress',
  subject: Target,
  peer: Target,
  packet: Packet,
): boolean {
  if (subject.kind !== 'pod') return true;
  let isolated = false;
  for (const { object } of manifests.policies) {
    if (object.kind !== 'NetworkPolicy') continue;
    const spec = object.spec as NetworkPolicySpec;
    const namespace = object.metadata.namespace ?? 'default';
    if (subject.workload.namespace !== namespace || !selects(spec.podSelector, subject.workload.labels)) continue;
    if (!appliesTo(spec, direction)) continue;
    isolated = true;
    const rules = (direction === 'ingress' ? spec.ingress : spec.egress) ?? [];
    if (rules.some((rule) => allows(manifests, rule, namespace, peer, packet))) return true;
  }
  return !isolated;
}

function appliesTo(spec: NetworkPolicySpec, direction: 'ingress' | 'egress'): boolean {
  if (spec.policyTypes !== undefined && spec.policyTypes.length > 0) {
    return spec.policyTypes.includes(direction === 'ingress' ? 'Ingress' : 'Egress');
  }
  return direction === 'ingress' || (spec.egress ?? []).length > 0;
}

function allows(
  manifests: Manifests,
  rule: NetworkPolicyRule,
  namespace: string,
  peer: Target,
  packet: Packet,
): boolean {
  const peers = rule.from ?? rule.to ?? [];
  const ports = rule.ports ?? [];
  return (
    (peers.length === 0 || peers.some((each) => isPeer(manifests, each, namespace, peer))) &&
    (ports.length === 0 || ports.some((each) => isPort(each, packet)))
  );
}

function isPeer(manifests: Manifests, peer: NetworkPolicyPeer, namespace: string, target: Target): boolean {
  if (peer.ipBlock !== undefined) return isInBlock(peer.ipBlock, target);
  if (target.kind !== 'pod') return false;
  const { workload } = target;
  if (peer.podSelector !== undefined && !selects(peer.podSelector, workload.labels)) return false;
  if (peer.namespaceSelector === undefined) return workload.namespace === namespace;
  return selects(peer.namespaceSelector, namespaceLabels(manifests, workload));
}

/** Labels of the namespace that a workload lives in. */
export function namespaceLabels(manifests: Manifests, workload: Workload): Readonly<Record<string, string>> {
  const namespace = manifests.namespaces.find(({ name }) => name === workload.namespace);
  return namespace?.labels ?? { 'kubernetes.io/metadata.name': workload.namespace };
}

function isInBlock(ipBlock: NonNullable<NetworkPolicyPeer['ipBlock']>, target: Target): boolean {
  const block = parseBlock(ipBlock.cidr);
  const excepts = (ipBlock.except ?? []).map(parseBlock);
  const holds = (text: string) => {
    const part = parseBlock(text);
    return covers(block, part) && !excepts.some((except) => overlap(except, part));
  };
  if (target.kind === 'address') return holds(target.address);
  // A name resolves to an unknown address somewhere in the world; only a block that holds the world is sure to.
  if (target.kind === 'name') return block.family === target.family && block.bits === 0;
  if (target.kind !== 'pod') return false;
  if (target.workload.addresses.length > 0) return target.workload.addresses.some(holds);
  return PRIVATE.some((family) => family.every(holds));
}

function isPort(rule: NetworkPolicyPort, { protocol, port, destination }: Packet): boolean {
  if ((rule.protocol ?? 'TCP') !== protocol) return false;
  if (rule.port === undefined) return true;
  if (typeof rule.port === 'number') return rule.port <= port && port <= (rule.endPort ?? rule.port);
  return (
    destination.kind === 'pod' &&
    destination.workload.ports.some(
      (named) => named.name === rule.port && named.protocol === protocol && named.port === port,
    )
  );
}

function selects(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  return requirements(selector).every((requirement) => meets(requirement, labels[requirement.key]));
}
