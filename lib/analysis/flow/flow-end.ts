import { addressRange, cidrRange } from '../address/address-range';
import { RESERVED_ENTITIES } from '../policy/policy-model';
import type { EntityEnd } from '../universe/end';
import { normalName } from '../universe/name-pattern';
import type { FlowEnd, FlowPods } from './flow';

/** An `Endpoint` of Hubble, read with care: whoever wrote the file may have written anything. */
export type RawEnd = Readonly<Record<string, unknown>>;

const NAMESPACE = 'io.kubernetes.pod.namespace';
const CLUSTER = 'io.cilium.k8s.policy.cluster';

/** @see pkg/identity/numericidentity.go of Cilium 1.19 */
const RESERVED: readonly (EntityEnd['entity'] | 'world' | undefined)[] = [
  undefined,
  'host',
  'world',
  'unmanaged',
  'health',
  'init',
  'remote-node',
  'kube-apiserver',
  'ingress',
  'world',
  'world',
];

/** With more of them than this, memory is given back. */
const MOST_KNOWN = 20_000;
const MOST_TEXTS = 10_000;

/** Reads ends of flows. Most come up again and again, and are read once. */
export class FlowEnds {
  private readonly known = new Map<string, FlowEnd>();
  private readonly texts = new Map<string, RawEnd>();
  /** What an end is that says so itself, without the flow's addresses. */
  private readonly pods = new WeakMap<RawEnd, FlowPods>();

  /** An end from its JSON; the same text becomes the same object. Undefined for what is no object. */
  parsed(text: string): RawEnd | undefined {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    const raw = parseObject(text);
    if (raw === undefined) return undefined;
    if (this.texts.size >= MOST_TEXTS) this.texts.clear();
    // A part of a line would keep the whole block in memory that was read with it.
    this.texts.set(Buffer.from(text).toString(), raw);
    return raw;
  }

  /**
   * @param names what the address is called, for destinations
   * @see https://docs.cilium.io/en/stable/_api/v1/flow/README/#endpoint
   */
  of(raw: RawEnd, address: string | undefined, names: unknown): FlowEnd {
    const own = this.pods.get(raw);
    if (own !== undefined) return own;
    const found = this.find(raw, address, names);
    if (found.kind === 'pods') this.pods.set(raw, found);
    return found;
  }

  private find(raw: RawEnd, address: string | undefined, names: unknown): FlowEnd {
    const { identity, namespace, pod_name: pod, labels } = raw;
    // An identity stands for its labels, in one cluster at one time.
    const tells = typeof identity === 'number' && identity > 0;
    const alike = `${tells ? identity : JSON.stringify(labels)} ${Array.isArray(labels) ? labels.length : 0}`;
    const isPod = typeof namespace === 'string' && namespace !== '';
    const key = isPod
      ? `${alike} ${namespace}/${String(pod)} ${String(first(raw.workloads)?.name)}`
      : `${alike} ${address} ${Array.isArray(names) ? names.join() : ''}`;
    let found = this.known.get(key);
    if (found === undefined) {
      found = read(raw, address, names);
      if (this.known.size >= MOST_KNOWN) this.known.clear();
      this.known.set(key, found);
    }
    return found;
  }
}

function parseObject(text: string): RawEnd | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as RawEnd) : undefined;
  } catch {
    return undefined;
  }
}

function read(raw: RawEnd, address: string | undefined, names: unknown): FlowEnd {
  const labels = labelsOf(raw.labels);
  const reserved = reservedOf(labels, raw.identity);
  const at = address === undefined || address === '' ? {} : { address };
  if (reserved !== undefined && reserved !== 'world') {
    return { kind: 'entity', key: `entity ${reserved}`, entity: reserved, ...at };
  }
  const namespace = text(raw.namespace) ?? labels.get(NAMESPACE);
  if (reserved === undefined && namespace !== undefined) return pods(raw, namespace, labels);
  const isOutside = reserved === 'world' || hasKey(labels, 'cidr:') || hasKey(labels, 'fqdn:') || isPublic(address);
  if (isOutside && address !== undefined && addressRange(address) !== undefined) {
    const called = namesOf(names);
    return { kind: 'address', key: `address ${address} ${called.join()}`, address, names: called };
  }
  return { kind: 'unknown', key: `unknown ${address}`, ...at };
}

function pods(raw: RawEnd, namespace: string, labels: ReadonlyMap<string, string>): FlowPods {
  const pod = text(raw.pod_name);
  const owner = first(raw.workloads);
  const name = text(owner?.name);
  const workload = text(owner?.kind);
  const cluster = text(raw.cluster_name) ?? labels.get(CLUSTER);
  const called = name ?? (pod === undefined ? undefined : ownerName(pod)) ?? appName(labels) ?? 'pods';
  const own = [...labels].map(([key, value]) => `${key}=${value}`).sort();
  return {
    kind: 'pods',
    key: `pods ${namespace}/${called} ${workload ?? ''} ${cluster ?? ''} ${own.join()}`,
    namespace,
    name: called,
    ...(workload === undefined ? {} : { workload }),
    ...(pod === undefined ? {} : { pod }),
    labels,
    ...(cluster === undefined ? {} : { cluster }),
  };
}

/** Letters of the suffixes that Kubernetes generates: no vowels, and none that is taken for another. */
const RANDOM = '[bcdfghjklmnpqrstvwxz2456789]';
const SUFFIXES = [new RegExp(`-${RANDOM}{6,10}-${RANDOM}{5}$`), new RegExp(`-${RANDOM}{5}$`), /-\d+$/];

/**
 * What a pod's owner is most likely called. Hubble names workloads of pods of its own node only, so that one end of most
 * flows has none.
 * @see ResolveEndpoint in pkg/hubble/parser/common/endpoint.go of Cilium 1.19
 */
export function ownerName(pod: string): string {
  const suffix = SUFFIXES.find((pattern) => pattern.test(pod));
  return suffix === undefined ? pod : pod.replace(suffix, '');
}

function appName(labels: ReadonlyMap<string, string>): string | undefined {
  return labels.get('app.kubernetes.io/name') ?? labels.get('app') ?? labels.get('k8s-app');
}

/** `k8s:app=web`, `reserved:host`, `cidr:10.0.0.0/8`: those of Kubernetes without their source. */
function labelsOf(value: unknown): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  if (!Array.isArray(value)) return labels;
  for (const label of value) {
    if (typeof label !== 'string') continue;
    const plain = label.startsWith('k8s:') ? label.slice('k8s:'.length) : label;
    const equals = plain.indexOf('=');
    if (equals < 0) labels.set(plain, '');
    else labels.set(plain.slice(0, equals), plain.slice(equals + 1));
  }
  return labels;
}

/** What Cilium knows by a reserved label; an API server may be a node as well. */
function reservedOf(labels: ReadonlyMap<string, string>, identity: unknown): EntityEnd['entity'] | 'world' | undefined {
  const has = (name: string) => labels.has(`reserved:${name}`);
  if (has('kube-apiserver')) return 'kube-apiserver';
  const entity = RESERVED_ENTITIES.find(has);
  if (entity !== undefined) return entity;
  if (has('world') || has('world-ipv4') || has('world-ipv6')) return 'world';
  return labels.size === 0 && typeof identity === 'number' ? RESERVED[identity] : undefined;
}

function hasKey(labels: ReadonlyMap<string, string>, prefix: string): boolean {
  for (const key of labels.keys()) if (key.startsWith(prefix)) return true;
  return false;
}

const HOST_NAME = /^(?=.*[a-z])[-a-z\d_]+(?:\.[-a-z\d_]+)*$/;
/** More names say no more: what serves thousands of hosts is told by the first of them. */
const MOST_NAMES = 16;

function namesOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  const names = value.filter((name) => typeof name === 'string').map(normalName);
  return [...new Set(names)]
    .filter((name) => HOST_NAME.test(name))
    .sort()
    .slice(0, MOST_NAMES);
}

/** Ranges that no host on the internet has: where pods, nodes and networks of one's own are. */
const OWN_RANGES = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
  '::/3',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
].map((cidr) => cidrRange(cidr));

function isPublic(address: string | undefined): boolean {
  const range = address === undefined ? undefined : addressRange(address);
  if (range === undefined) return false;
  return !OWN_RANGES.some(
    (own) => own !== undefined && own.family === range.family && own.first <= range.first && range.last <= own.last,
  );
}

function first(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const entry: unknown = Array.isArray(value) ? value[0] : undefined;
  return typeof entry === 'object' && entry !== null ? (entry as Readonly<Record<string, unknown>>) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
