import { NAMESPACE_NAME_LABEL } from '../../kube/selector';
import type { PeerModel, PortModel, RuleModel } from '../policy/policy-model';
import type { PodSelector } from '../policy/requirement';
import { someOf } from './rule';

/** `TCP 53, UDP 53`, or `every port`. */
export function portsText({ ports }: Pick<RuleModel, 'ports'>): string {
  if (ports === undefined) return 'every port';
  return ports.length === 0 ? 'no port' : someOf(ports, portText);
}

export function portText(port: PortModel): string {
  if ('name' in port) return port.protocol === 'ANY' ? `'${port.name}'` : `${port.protocol} '${port.name}'`;
  const { protocol, first, last } = port;
  if (first === 1 && last === 65535) return `every ${protocol} port`;
  return `${protocol} ${first === last ? first : `${first}-${last}`}`;
}

type L7Protocol = NonNullable<RuleModel['l7']>[number]['protocol'];

const REQUESTS: Readonly<Record<L7Protocol, string>> = {
  http: 'HTTP requests',
  dns: 'DNS names',
  kafka: 'Kafka requests',
  sni: 'TLS server names',
  l7: 'requests',
};

/** What a proxy looks at. */
export function requestsText(protocol: L7Protocol): string {
  return REQUESTS[protocol];
}

/** At most three of the peers of a rule. */
export function peersText({ peers }: Pick<RuleModel, 'peers'>): string {
  return peers.length === 0 ? 'nobody' : someOf(peers, peerText);
}

export function peerText(peer: PeerModel): string {
  switch (peer.kind) {
    case 'everyone':
      return 'everybody';
    case 'pods':
      return selectorText(peer.selector);
    case 'block':
      return peer.block.except.length === 0
        ? peer.block.cidr
        : `${peer.block.cidr} except ${someOf(peer.block.except)}`;
    case 'cidrGroups':
      return `CIDR groups with ${peer.selector.map(requirementText).join(', ')}`;
    case 'entity':
      return peer.entity === 'pods' ? 'all pods' : `entity ${peer.entity}`;
    case 'names':
      return peer.pattern;
  }
}

/** `app=web in namespace shop`. */
export function selectorText(selector: PodSelector): string {
  const isNamespace = ({ attribute, key }: PodSelector[number]) =>
    attribute === 'namespace' || (attribute === 'namespaceLabel' && key === NAMESPACE_NAME_LABEL);
  const namespaces = selector.filter((requirement) => isNamespace(requirement) && requirement.operator === 'In');
  const others = selector.filter((requirement) => !isNamespace(requirement) && !isAnyPod(requirement));
  const where =
    namespaces.length === 0
      ? 'in any namespace'
      : `in namespace ${namespaces.map(({ values }) => values.join(' or ')).join(' and ')}`;
  return others.length === 0 ? `all pods ${where}` : `pods with ${others.map(requirementText).join(', ')} ${where}`;
}

/** Holds for every pod, so that nobody has to read it. */
function isAnyPod({ attribute, operator }: PodSelector[number]): boolean {
  return operator === 'Exists' && (attribute === 'namespace' || attribute === 'cluster');
}

function requirementText({ attribute, key, operator, values }: PodSelector[number]): string {
  const name = nameText(attribute, key);
  // Cilium gives its own endpoints labels without a value.
  if (attribute === 'reserved' && operator === 'In' && values.every((value) => value === '')) return name;
  switch (operator) {
    case 'In':
      return values.length === 1 ? `${name}=${values[0]}` : `${name} in (${values.join(', ')})`;
    case 'NotIn':
      return `${name} not in (${values.join(', ')})`;
    case 'Exists':
      return name;
    case 'DoesNotExist':
      return `no ${name}`;
  }
}

function nameText(attribute: PodSelector[number]['attribute'], key: string): string {
  switch (attribute) {
    case 'label':
      return key;
    case 'namespaceLabel':
      return `namespace label ${key}`;
    case 'namespace':
      return 'namespace';
    case 'serviceAccount':
      return 'service account';
    case 'cluster':
      return 'cluster';
    case 'reserved':
      return `reserved:${key}`;
  }
}
