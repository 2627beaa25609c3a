import { matchesSelector } from '../../kube/selector';
import type { CiliumVersion } from '../dialect';
import type { Manifests, Service } from '../load/manifests';
import { namedGroup, selectedGroups } from './cidr-groups';
import { inNamespace, peerSelector } from './cilium-selector';
import { dnsName } from './dns-name';
import { type Direction, type PeerModel, RESERVED_ENTITIES, type RuleModel } from './policy-model';
import type { Path, PolicyReader } from './policy-reader';
import { type PodSelector, requirements } from './requirement';

type Fields = Readonly<Record<string, unknown>>;

const FIELDS = {
  ingress: {
    endpoints: 'fromEndpoints',
    nodes: 'fromNodes',
    entities: 'fromEntities',
    cidr: 'fromCIDR',
    cidrSet: 'fromCIDRSet',
  },
  egress: { endpoints: 'toEndpoints', nodes: 'toNodes', entities: 'toEntities', cidr: 'toCIDR', cidrSet: 'toCIDRSet' },
} as const;

const ENTITIES: Readonly<Record<string, readonly PeerModel[]>> = {
  all: [{ kind: 'everyone' }],
  none: [],
  cluster: [...RESERVED_ENTITIES, 'pods' as const].map((entity) => ({ kind: 'entity', entity })),
  ...Object.fromEntries(
    (['world', 'world-ipv4', 'world-ipv6', ...RESERVED_ENTITIES] as const).map((entity) => [
      entity,
      [{ kind: 'entity', entity }],
    ]),
  ),
};

/** What peers of Cilium rules are read with. */
export interface PeerContext {
  readonly manifests: Manifests;
  /** Of the policy; undefined for a clusterwide one. */
  readonly namespace: string | undefined;
  readonly reader: PolicyReader;
  readonly version: CiliumVersion;
  readonly effect: RuleModel['effect'];
}

/**
 * The peers of a Cilium rule.
 *
 * A field that is there and empty selects nobody. Without any field the rule is for everybody if it names ports, and
 * else for nobody. `toServices` and `toFQDNs` are not among the fields that an empty list makes select nobody, so that
 * services that do not exist open the ports to everybody.
 *
 * Whoever is named beside everybody has no entries of his own, which would decide about authentication.
 *
 * @see AddSelectorsTxn in pkg/policy/selectorcache.go, which keeps the wildcard alone
 * @see mergeEndpointSelectors in pkg/policy/utils/parserules.go and mergeL4Filter in pkg/policy/rule.go of Cilium 1.19
 */
export function peersOfRule(
  rule: Fields,
  path: Path,
  direction: Direction,
  context: PeerContext,
): readonly PeerModel[] {
  const { reader } = context;
  const fields = FIELDS[direction];
  const present = Object.values(fields).filter((field) => isThere(rule[field]));
  const given = [...present, 'toFQDNs', 'toServices'].filter(
    (field) => Array.isArray(rule[field]) && rule[field].length > 0,
  );
  if (given.length > 1)
    reader.refuse(path, `combines ${given.join(' and ')}`, 'write a rule for each; Cilium refuses the policy as it is');
  if (present.some((field) => reader.list(rule[field], [...path, field])?.length === 0)) return [];
  const peers = [
    ...endpoints(rule[fields.endpoints], [...path, fields.endpoints], context),
    ...nodes(rule[fields.nodes], [...path, fields.nodes], reader),
    ...entities(rule[fields.entities], [...path, fields.entities], reader),
    ...cidrs(rule[fields.cidr], [...path, fields.cidr], reader),
    ...cidrSets(rule[fields.cidrSet], [...path, fields.cidrSet], context),
    ...(direction === 'egress'
      ? [...names(rule.toFQDNs, [...path, 'toFQDNs'], reader), ...services(rule, path, context)]
      : []),
  ];
  const hasPorts = [rule.toPorts, rule.icmps].some((list) => Array.isArray(list) && list.length > 0);
  // Fields that were there and selected nobody leave nobody.
  const isForEveryone = peers.length === 0 && present.length === 0 && hasPorts;
  return isForEveryone || peers.some(({ kind }) => kind === 'everyone') ? [{ kind: 'everyone' }] : peers;
}

function endpoints(value: unknown, path: Path, context: PeerContext): readonly PeerModel[] {
  const { reader, namespace, version, effect } = context;
  return (reader.list(value, path) ?? []).flatMap((item, index): readonly PeerModel[] => {
    const selector = peerSelector(reader.selector(item ?? {}, [...path, index]), namespace, version);
    if (effect === 'allow' || !selector.some(isWorldLabel)) return [{ kind: 'pods', selector }];
    const message = 'the labels of the world depend on which families of addresses the cluster has';
    const fix = 'use the entity world; the selector counts as denying nobody here';
    reader.report('world-label', 'warning', [...path, index], message, fix);
    return [];
  });
}

function isWorldLabel({ attribute, key }: PodSelector[number]): boolean {
  return attribute === 'reserved' && key.startsWith('world');
}

function nodes(value: unknown, path: Path, reader: PolicyReader): readonly PeerModel[] {
  return (reader.list(value, path) ?? []).map((): PeerModel => ({ kind: 'entity', entity: 'remote-node' }));
}

function entities(value: unknown, path: Path, reader: PolicyReader): readonly PeerModel[] {
  return (reader.strings(value, path) ?? []).flatMap((entity, index) => {
    if (Object.hasOwn(ENTITIES, entity)) return ENTITIES[entity] as readonly PeerModel[];
    return reader.refuse([...path, index], `names '${entity}', which is no entity`) ?? [];
  });
}

function cidrs(value: unknown, path: Path, reader: PolicyReader): readonly PeerModel[] {
  return (reader.strings(value, path) ?? []).flatMap((text, index): readonly PeerModel[] => {
    // Unlike CIDR sets, these may be plain addresses.
    const cidr = text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`;
    return reader.cidrs([cidr], [...path, index]) ? [{ kind: 'block', block: { cidr, except: [] } }] : [];
  });
}

function cidrSets(value: unknown, path: Path, context: PeerContext): readonly PeerModel[] {
  const { reader, manifests } = context;
  return (reader.maps(value, path) ?? []).flatMap(({ fields, path: at }): readonly PeerModel[] => {
    const except = reader.strings(fields.except, [...at, 'except']) ?? [];
    const ways = [fields.cidr, fields.cidrGroupRef, fields.cidrGroupSelector].filter(isThere);
    if (ways.length > 1) {
      const problem = 'has more than one of cidr, cidrGroupRef and cidrGroupSelector';
      return reader.refuse(at, problem, 'write an entry for each; Cilium refuses the policy as it is') ?? [];
    }
    const cidr = reader.text(fields.cidr, [...at, 'cidr']);
    if (cidr !== undefined) {
      return reader.block({ cidr, except }, at) ? [{ kind: 'block', block: { cidr, except } }] : [];
    }
    const name = reader.text(fields.cidrGroupRef, [...at, 'cidrGroupRef']);
    const selector = reader.selector(fields.cidrGroupSelector, [...at, 'cidrGroupSelector']);
    if (name === undefined && selector === undefined) {
      return reader.refuse(at, 'needs cidr, cidrGroupRef or cidrGroupSelector') ?? [];
    }
    const peers: readonly PeerModel[] =
      name === undefined
        ? [selectedGroups(manifests.cidrGroups, selector, except)]
        : namedGroup(manifests.cidrGroups, name, except);
    if (peers.every(isNobody)) {
      const wanted = name === undefined ? 'no CIDR group has the labels' : `there is no CIDR group '${name}'`;
      const fix = 'add the CiliumCIDRGroup to the manifests; without it the rule selects nobody';
      reader.report('missing-cidr-group', 'warning', at, `${wanted} that this rule names`, fix);
    }
    return peers;
  });
}

function isNobody(peer: PeerModel): boolean {
  return peer.kind === 'cidrGroups' && peer.within.some((blocks) => blocks.length === 0);
}

function names(value: unknown, path: Path, reader: PolicyReader): readonly PeerModel[] {
  return (reader.maps(value, path) ?? []).flatMap(({ fields, path: at }): readonly PeerModel[] => {
    const pattern = dnsName(fields, at, reader);
    return pattern === undefined ? [] : [{ kind: 'names', pattern: pattern.toLowerCase().replace(/\.$/, '') }];
  });
}

/** @see processRule in pkg/policy/k8s/service.go of Cilium 1.19 */
function services(rule: Fields, path: Path, { reader, manifests, effect }: PeerContext): readonly PeerModel[] {
  // Services of deny rules are never looked up: such a rule is for everybody if it names ports, and else for nobody.
  if (effect === 'deny') return [];
  return (reader.maps(rule.toServices, [...path, 'toServices']) ?? []).flatMap(({ fields, path: at }) => {
    const named = reader.fields(fields.k8sService, [...at, 'k8sService']);
    const selected = reader.fields(fields.k8sServiceSelector, [...at, 'k8sServiceSelector']);
    const { namespace } = selected ?? named ?? {};
    const selector = reader.selector(selected?.selector, [...at, 'k8sServiceSelector', 'selector']);
    const found = manifests.services.filter((service) => {
      if (namespace !== undefined && namespace !== '' && service.namespace !== namespace) return false;
      if (selector !== undefined) return matchesSelector(selector, service.labels);
      return named !== undefined && service.name === named.serviceName;
    });
    if (found.length === 0) {
      const hasPorts = Array.isArray(rule.toPorts) && rule.toPorts.length > 0;
      const then = hasPorts ? 'Cilium opens the ports of the rule to everybody' : 'the rule allows nothing';
      reader.report(
        'missing-service',
        'error',
        at,
        `the rule names a Service that the manifests do not hold; while there is none, ${then}`,
        'add the Service to what is analysed, or name its pods with toEndpoints',
      );
    }
    return found.flatMap(backends);
  });
}

function backends({ namespace, selector, addresses }: Service): readonly PeerModel[] {
  if (selector !== undefined && Object.keys(selector).length > 0) {
    const pods = requirements({ matchLabels: selector }, 'label');
    return [{ kind: 'pods', selector: [inNamespace(namespace), ...pods] }];
  }
  return addresses.map((address): PeerModel => {
    return { kind: 'block', block: { cidr: `${address}/${address.includes(':') ? 128 : 32}`, except: [] } };
  });
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}
