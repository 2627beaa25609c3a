import type { LabelSelector } from '../../kube/selector';
import type { AnalysisDialect } from '../dialect';
import type { Manifest } from '../load/manifests';
import { ANY_NAMESPACE, inNamespace } from './cilium-selector';
import type { Direction, PeerModel, PolicyModel, PolicyPart, PortModel, RuleModel } from './policy-model';
import type { Path, PolicyReader } from './policy-reader';
import { type PodSelector, requirements } from './requirement';

type Fields = Readonly<Record<string, unknown>>;

const LAST_PORT = 65535;
const PROTOCOLS: readonly string[] = ['TCP', 'UDP', 'SCTP'];

/**
 * A NetworkPolicy as the specification reads it.
 * @returns undefined if its spec is missing
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
export function kubernetesPolicy(
  manifest: Manifest,
  dialect: AnalysisDialect,
  reader: PolicyReader,
): PolicyModel | undefined {
  const spec = reader.fields(manifest.object.spec, ['spec']);
  if (spec === undefined) {
    // An empty spec is valid: it selects every pod and denies ingress.
    return manifest.object.spec === undefined || manifest.object.spec === null
      ? kubernetesPolicy({ ...manifest, object: { ...manifest.object, spec: {} } }, dialect, reader)
      : undefined;
  }
  const namespace = manifest.object.metadata.namespace ?? 'default';
  const types = policyTypes(spec, dialect, reader);
  const parts = types.map((direction): PolicyPart => {
    const rules = reader.maps(spec[direction], ['spec', direction]) ?? [];
    return {
      direction,
      isolates: true,
      rules: rules.map(({ fields, path }) => rule(fields, path, direction, { namespace, dialect, reader })),
    };
  });
  const selector = reader.selector(spec.podSelector, ['spec', 'podSelector']);
  return { manifest, path: ['spec'], subjects: [inNamespace(namespace), ...requirements(selector, 'label')], parts };
}

/**
 * Ingress always, unless the list says otherwise; egress only if the list says so, or there is no list but a rule. An
 * unknown type refuses the policy.
 *
 * Cilium takes in rules of a direction that the list leaves out, and isolates the pods for them.
 * @see ParseNetworkPolicy in pkg/k8s/network_policy.go of Cilium 1.19
 */
function policyTypes(spec: Fields, { kind }: AnalysisDialect, reader: PolicyReader): readonly Direction[] {
  const types = reader.strings(spec.policyTypes, ['spec', 'policyTypes']) ?? [];
  const unknown = types.find((type) => type !== 'Ingress' && type !== 'Egress');
  if (unknown !== undefined) reader.refuse(['spec', 'policyTypes'], `knows Ingress and Egress, not ${unknown}`);
  const hasRules = (direction: Direction) => Array.isArray(spec[direction]) && spec[direction].length > 0;
  if (types.length === 0) return hasRules('egress') ? ['ingress', 'egress'] : ['ingress'];
  return (['ingress', 'egress'] as const).filter(
    (direction) =>
      types.includes(direction === 'ingress' ? 'Ingress' : 'Egress') || (kind === 'cilium' && hasRules(direction)),
  );
}

function rule(fields: Fields, path: Path, direction: Direction, context: Context): RuleModel {
  const { reader } = context;
  const field = direction === 'ingress' ? 'from' : 'to';
  const peers = reader.maps(fields[field], [...path, field]) ?? [];
  return {
    effect: 'allow',
    peers:
      peers.length === 0
        ? [{ kind: 'everyone' }]
        : peers.flatMap(({ fields: peer, path: at }) => peerOf(peer, at, direction, context)),
    ports: portsOf(fields.ports, [...path, 'ports'], reader),
    l7: undefined,
    authentication: undefined,
    path,
  };
}

function peerOf(fields: Fields, path: Path, direction: Direction, context: Context): readonly PeerModel[] {
  const { namespace, dialect, reader } = context;
  const { ipBlock, namespaceSelector, podSelector } = fields;
  if (isThere(ipBlock)) {
    if (isThere(namespaceSelector) || isThere(podSelector)) {
      reader.refuse(path, 'has an ipBlock and a selector, which exclude each other');
      return [];
    }
    return [...blockOf(ipBlock, [...path, 'ipBlock'], reader), ...neighbours(path, direction, context)];
  }
  if (!isThere(namespaceSelector) && !isThere(podSelector)) {
    reader.refuse(path, 'names nobody: it needs podSelector, namespaceSelector or ipBlock');
    return [];
  }
  const pods = requirements(reader.selector(podSelector, [...path, 'podSelector']), 'label');
  const namespaces = reader.selector(namespaceSelector, [...path, 'namespaceSelector']);
  const within: PodSelector =
    namespaces === undefined
      ? [inNamespace(namespace)]
      : [...(mayMeanWorld(dialect, namespaces) ? [] : [ANY_NAMESPACE]), ...requirements(namespaces, 'namespaceLabel')];
  return [{ kind: 'pods', selector: [...within, ...pods] }];
}

interface Context {
  /** Of the policy. */
  readonly namespace: string;
  readonly dialect: AnalysisDialect;
  readonly reader: PolicyReader;
}

/** Cilium 1.18 takes a selector that only excludes namespaces for one of everything outside of them, the world too. */
function mayMeanWorld(dialect: AnalysisDialect, { matchLabels, matchExpressions }: LabelSelector): boolean {
  if (dialect.kind !== 'cilium' || dialect.version !== '1.18') return false;
  return Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length > 0;
}

/**
 * Pods that an ingress rule for addresses lets in as well: Cilium 1.19 up to 1.19.4 adds those of the policy's namespace.
 * @see https://github.com/cilium/cilium/issues/46305
 */
function neighbours(path: Path, direction: Direction, { namespace, dialect, reader }: Context): readonly PeerModel[] {
  if (direction === 'egress' || dialect.kind !== 'cilium' || dialect.version !== '1.19') return [];
  const message = 'Cilium 1.19 up to 1.19.4 lets every pod of the namespace in by a rule that names an ipBlock';
  const fix = 'write it as a CiliumNetworkPolicy with fromCIDRSet, or run a version with the correction (cilium#46305)';
  reader.report('ip-block-admits-namespace', 'warning', path, message, fix);
  return [{ kind: 'pods', selector: [inNamespace(namespace)] }];
}

function blockOf(value: unknown, path: Path, reader: PolicyReader): readonly PeerModel[] {
  const block = reader.fields(value, path);
  const cidr = reader.text(block?.cidr, [...path, 'cidr']);
  if (cidr === undefined) {
    reader.refuse([...path, 'cidr'], 'is missing');
    return [];
  }
  const except = reader.strings(block?.except, [...path, 'except']) ?? [];
  return reader.block({ cidr, except }, path) ? [{ kind: 'block', block: { cidr, except } }] : [];
}

/** All ports if there is no list or an empty one. */
function portsOf(value: unknown, path: Path, reader: PolicyReader): readonly PortModel[] | undefined {
  const ports = reader.maps(value, path) ?? [];
  if (ports.length === 0) return Array.isArray(value) && value.length > 0 ? [] : undefined;
  return ports.flatMap(({ fields, path: at }) => portOf(fields, at, reader));
}

function portOf({ protocol = 'TCP', port, endPort }: Fields, path: Path, reader: PolicyReader): readonly PortModel[] {
  if (typeof protocol !== 'string' || !PROTOCOLS.includes(protocol)) {
    reader.refuse([...path, 'protocol'], `is TCP, UDP or SCTP, not ${JSON.stringify(protocol)}`);
    return [];
  }
  const known = protocol as 'TCP' | 'UDP' | 'SCTP';
  if (!isThere(port)) {
    if (!isThere(endPort)) return [{ protocol: known, first: 1, last: LAST_PORT }];
    reader.refuse([...path, 'endPort'], 'needs a port that is a number');
    return [];
  }
  if (typeof port === 'string') {
    if (!isThere(endPort)) return [{ protocol: known, name: port }];
    reader.refuse([...path, 'endPort'], 'needs a port that is a number');
    return [];
  }
  const last = endPort ?? port;
  if (!isPort(port) || !isPort(last) || last < port) {
    reader.refuse([...path, 'port'], `is no port or range of ports from 1 to ${LAST_PORT}`);
    return [];
  }
  return [{ protocol: known, first: port, last }];
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LAST_PORT;
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}
