import type { Edge, EdgeEnd } from '../../model/edge';
import type { Grant, Trusted } from '../../model/grant';
import { formatSpiffeId } from '../../model/identity/spiffe-id';
import { formatPeer, type PodsPeer } from '../../model/peer';
import type { Port } from '../../model/port';
import type { Component } from '../../platform/component';
import type { Platform } from '../../platform/platform';
import type { Locked, LockedEdge, LockedEnd, LockedPort, LockScope } from './entry';
import { lineOf, portText } from './line';

/** Everything that a platform allows, an entry for each thing, sorted as in the lock. */
export function lockedBy(platform: Platform, scope: LockScope, file?: string): readonly Locked[] {
  const byLine = new Map<string, Locked>();
  for (const { entry, purpose, cause } of entriesOf(platform, scope)) {
    const line = lineOf(entry);
    const where = { construct: cause, ...(file === undefined ? {} : { file }) };
    if (!byLine.has(line)) byLine.set(line, { entry, cause: where, ...(purpose === undefined ? {} : { purpose }) });
  }
  return [...byLine].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, locked]) => locked);
}

interface Found {
  readonly entry: Locked['entry'];
  readonly purpose?: string;
  readonly cause: string;
}

function* entriesOf(platform: Platform, scope: LockScope): Generator<Found> {
  const pods = new PodNames(platform);
  for (const edge of platform.edges.all()) {
    const { ports, purpose, declaredAt: cause } = edge;
    const entry = edgeEntry(edge, scope, pods);
    for (const port of ports) yield { entry: { ...entry, port: portOf(port) }, purpose, cause };
  }
  for (const { name, peer, cause } of pods.all()) {
    yield { entry: { kind: 'pods', scope, name, namespace: peer.namespace, labels: peer.labels }, cause };
  }
  for (const component of platform.components) yield* observing(component, scope);
  yield* ungoverned(platform, pods, scope);
  yield* accepted(platform, scope);
  for (const { spiffeId, namespace, serviceAccount, podLabels, purpose, declaredAt } of platform.identities?.all ??
    []) {
    const entry = { kind: 'identity', scope, spiffeId: formatSpiffeId(spiffeId), namespace, serviceAccount } as const;
    yield { entry: { ...entry, labels: podLabels }, purpose, cause: declaredAt };
  }
  for (const grant of platform.grants) yield granted(grant, scope);
  yield* trusted(platform, scope);
  for (const { rule, namespace, stableName, reason } of platform.workloadExemptions()) {
    const entry = { kind: 'exemption', scope, rule, subject: `${namespace}/${stableName}` } as const;
    yield { entry, purpose: reason, cause: platform.node.path };
  }
}

function granted(grant: Grant, scope: LockScope): Found {
  const { declaredAt: cause } = grant;
  switch (grant.kind) {
    case 'tool':
      return { entry: { kind: 'tool', scope, workspace: grant.workspace, tool: grant.tool }, cause };
    case 'right': {
      const { agent, right, subject, purpose } = grant;
      const capabilities = [...grant.capabilities].sort();
      return { entry: { kind: 'right', scope, agent, right, subject, capabilities }, purpose, cause };
    }
    case 'trust':
      return { entry: { kind: 'trust', scope, what: grant.what, subject: grant.subject }, cause };
    case 'exemption': {
      const { rule, subject, purpose } = grant;
      return { entry: { kind: 'exemption', scope, rule, subject }, purpose, cause };
    }
    case 'observe': {
      const { layer, workspace: subject } = grant;
      return { entry: { kind: 'exemption', scope, rule: `observe-${layer}`, subject }, purpose: NOTHING_DENIED, cause };
    }
  }
}

/** What the platform as a whole relies on. */
function* trusted(platform: Platform, scope: LockScope): Generator<Found> {
  const { cluster, identities, registries = [], node, grants } = platform;
  // A list that is gone allows more, whereas one without lines looks like less. Without admission, nobody holds it.
  if (platform.registries === undefined && grants.some(({ kind }) => kind === 'trust')) {
    const entry = { kind: 'exemption', scope, rule: 'any-registry', subject: node.path } as const;
    yield { entry, purpose: 'images may come from anywhere', cause: node.path };
  }
  const { peer, ports } = cluster.dns;
  const domains = new Set(identities?.all.flatMap(({ federatesWith = [] }) => federatesWith));
  const all: readonly (readonly [Trusted, readonly string[]])[] = [
    ['dns', ports.map((port) => `${formatPeer(peer)}:${portText(portOf(port))}`)],
    ['search-domain', cluster.searchDomains],
    ['registry', registries],
    ['trust-domain', [...domains]],
  ];
  for (const [what, subjects] of all) {
    for (const subject of subjects) yield { entry: { kind: 'trust', scope, what, subject }, cause: node.path };
  }
}

const NOTHING_DENIED = 'nothing is denied yet';

/** What is reachable although no edge says so, where policies are rendered as somebody wrote them. */
function* accepted({ knownDifferences, node }: Platform, scope: LockScope): Generator<Found> {
  for (const { rule, from = '*', to = '*', reason } of knownDifferences) {
    const entry = { kind: 'exemption', scope, rule, subject: `${from} -> ${to}` } as const;
    yield { entry, purpose: reason, cause: node.path };
  }
}

/** Pods that only observe are denied nothing, whatever their edges say. */
function* observing({ stage, managed, title, node }: Component, scope: LockScope): Generator<Found> {
  if (!managed || stage !== 'observe') return;
  const entry = { kind: 'exemption', scope, rule: 'observe', subject: title } as const;
  yield { entry, purpose: NOTHING_DENIED, cause: node.path };
}

/**
 * Ends of edges whose own policies the program does not render, and namespaces where whoever is not declared is denied
 * nothing. Without these lines, a program that stopped governing pods would allow what it did before, by the lock.
 */
function* ungoverned(platform: Platform, pods: PodNames, scope: LockScope): Generator<Found> {
  for (const { name, cause, isGoverned } of pods.all()) {
    if (isGoverned) continue;
    yield { entry: { kind: 'exemption', scope, rule: 'ungoverned', subject: name }, purpose: OF_OTHERS, cause };
  }
  for (const { managed, namespace, node } of platform.components) {
    if (!managed || platform.managedNamespace(namespace) !== undefined) continue;
    const entry = { kind: 'exemption', scope, rule: 'open-namespace', subject: namespace } as const;
    yield { entry, purpose: 'pods that nobody declared are not denied anything there', cause: node.path };
  }
}

const OF_OTHERS = 'others say what reaches them, and what they reach';

function edgeEntry({ from, to, l7, authentication }: Edge, scope: LockScope, pods: PodNames): Omit<LockedEdge, 'port'> {
  const requests =
    l7 === undefined
      ? undefined
      : 'dns' in l7
        ? l7.dns.map((name) => `dns ${name}`)
        : l7.http.map(({ method, path }) => `http ${method ?? '*'} ${path ?? '*'}`);
  return {
    kind: 'edge',
    scope,
    from: endOf(from, pods),
    to: endOf(to, pods),
    authenticated: authentication === 'required',
    ...(requests === undefined ? {} : { requests: [...requests].sort() }),
  };
}

function endOf(end: EdgeEnd, pods: PodNames): LockedEnd {
  const { peer } = end;
  switch (peer.kind) {
    case 'pods':
      return { kind: 'pods', name: pods.nameOf(end.title, peer) };
    case 'fqdn':
      return { kind: 'host', host: peer.host };
    case 'cidr':
      return { kind: 'cidr', cidr: peer.cidr, except: [...peer.except].sort() };
    case 'internet':
      return { kind: 'internet' };
    default:
      return peer;
  }
}

interface NamedPods {
  readonly name: string;
  readonly peer: PodsPeer;
  readonly cause: string;
  /** Whether the program renders what the pods may reach, and who may reach them. */
  readonly isGoverned: boolean;
}

/** Names of the pods at the ends of edges. Two sets of pods that people call alike get a number behind it. */
class PodNames {
  private readonly byPods = new Map<string, NamedPods>();
  private readonly taken = new Set<string>();

  constructor(private readonly platform: Platform) {
    for (const { connections, managed, title, node } of platform.components) {
      const { peer } = connections.end;
      if (managed && peer.kind === 'pods') this.add(title, peer, node.path, true);
    }
  }

  nameOf(title: string, peer: PodsPeer): string {
    return this.byPods.get(keyOf(peer))?.name ?? this.add(title, peer, this.platform.node.path, false);
  }

  all() {
    return this.byPods.values();
  }

  private add(title: string, peer: PodsPeer, cause: string, isGoverned: boolean): string {
    let name = title;
    for (let number = 2; this.taken.has(name); number++) name = `${title}#${number}`;
    this.taken.add(name);
    this.byPods.set(keyOf(peer), { name, peer, cause, isGoverned });
    return name;
  }
}

function keyOf({ namespace, labels }: PodsPeer): string {
  return JSON.stringify([namespace, Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1))]);
}

function portOf({ protocol, port, endPort }: Port): LockedPort {
  return typeof port === 'string' ? { protocol, name: port } : { protocol, first: port, last: endPort ?? port };
}
