import { InvalidValueError, quoted } from '../../finding';
import type { Analysis } from '../analysis';
import type { Workload } from '../load/manifests';
import type { EntityEnd } from '../universe/end';
import { didYouMean } from './did-you-mean';
import { formatPeer, type Peer } from './peer';
import { workloadLabel } from './reach-end';

/** The ends that a peer stands for. */
export interface Selection {
  /** Indices of ends. */
  readonly ends: ReadonlySet<number>;
  /**
   * The workloads that are meant, where ends hold others too.
   * @default - all of the ends
   */
  readonly workloads?: ReadonlySet<Workload>;
  /** True if pods on the host's network, or the host, were asked for as such. */
  readonly meansHost: boolean;
}

/**
 * Finds what a peer stands for.
 * @throws InvalidValueError if the manifests hold no such workload or namespace, or the dialect knows no such end
 */
export function resolve(analysis: Analysis, peer: Peer): Selection {
  switch (peer.kind) {
    case 'workload':
      return ofWorkloads(analysis, workloadsCalled(analysis, peer), true);
    case 'namespace':
      return ofWorkloads(analysis, workloadsIn(analysis, peer.namespace), false);
    case 'addresses':
      return ofAddresses(analysis, peer.cidr);
    case 'name':
      return ofName(analysis, peer.name);
    case 'entity':
      return ofEntity(analysis, peer.entity);
  }
}

/**
 * Finds what a peer stands for as the end that connections come from. Whoever connects is known by an address: names
 * are only what is asked of the DNS on the way out.
 * @throws InvalidValueError like `resolve`, and for host names
 */
export function resolveSource(analysis: Analysis, peer: Peer): Selection {
  if (peer.kind === 'name') {
    throw unknown(`${quoted(peer.name)} can only be a destination`, 'ask for the addresses that connections come from');
  }
  const selection = resolve(analysis, peer);
  const ends = [...selection.ends].filter((end) => analysis.universe.ends[end]?.kind !== 'name');
  return { ...selection, ends: new Set(ends) };
}

/** Every workload that the analysis tells ends from. */
export function workloadsOf({ universe }: Analysis): readonly Workload[] {
  return universe.ends.flatMap((end) => (end.kind === 'pods' ? end.workloads : []));
}

function ofWorkloads({ universe }: Analysis, workloads: readonly Workload[], named: boolean): Selection {
  const ends = workloads.map((workload) => universe.endOf(workload)).filter((end) => end !== undefined);
  const meansHost = named && workloads.some(({ hostNetwork }) => hostNetwork);
  return { ends: new Set(ends), workloads: new Set(workloads), meansHost };
}

function workloadsCalled(analysis: Analysis, peer: Peer & { kind: 'workload' }): readonly Workload[] {
  const inNamespace = workloadsIn(analysis, peer.namespace);
  const called = inNamespace.filter(({ name }) => name === peer.name);
  const found = called.filter(({ kind }) => peer.workload === undefined || kind === peer.workload);
  if (found.length > 0) return found;
  if (called.length > 0) {
    const kinds = called.map(workloadLabel).join(', ');
    throw unknown(`there is no ${peer.workload} called ${quoted(`${peer.namespace}/${peer.name}`)}`, `it is ${kinds}`);
  }
  const names = [...new Set(inNamespace.map(({ name }) => name))];
  throw unknown(
    `there is no workload ${quoted(peer.name)} in namespace ${quoted(peer.namespace)}`,
    didYouMean(peer.name, names),
  );
}

function workloadsIn(analysis: Analysis, namespace: string): readonly Workload[] {
  const all = workloadsOf(analysis);
  const found = all.filter((workload) => workload.namespace === namespace);
  if (found.length > 0) return found;
  if (analysis.manifests.namespaces.some(({ name }) => name === namespace)) {
    throw unknown(
      `the manifests hold no workload of namespace ${quoted(namespace)}`,
      'add its workloads, or an inventory.json that lists its components, to what is analysed',
    );
  }
  const names = [...new Set(all.map((workload) => workload.namespace))];
  throw unknown(`no workload is in a namespace ${quoted(namespace)}`, didYouMean(namespace, names));
}

function ofAddresses({ universe, ...analysis }: Analysis, cidr: string): Selection {
  const pods = workloadsOf({ universe, ...analysis }).filter(({ addresses }) => addresses.includes(cidr));
  if (pods.length > 0) return ofWorkloads({ universe, ...analysis }, pods, true);
  return { ends: new Set(universe.addressEnds(cidr)), meansHost: false };
}

function ofName({ universe, dialect }: Analysis, name: string): Selection {
  const end = universe.nameEnd(name);
  if (end !== undefined) return { ends: new Set([end]), meansHost: false };
  if (dialect.kind === 'kubernetes') {
    throw unknown(
      `plain Kubernetes tells no host names apart, so nothing is known about ${quoted(name)}`,
      'ask for its addresses',
    );
  }
  throw unknown(`the analysis was not told about ${quoted(name)}`, 'pass interestOf(peer) to analyse');
}

function ofEntity(analysis: Analysis, entity: EntityEnd['entity'] | 'world'): Selection {
  const { universe, dialect } = analysis;
  const ends = universe.ends.flatMap((end, index) => {
    if (entity === 'world') return end.kind === 'addresses' || end.kind === 'name' ? [index] : [];
    if (entity === 'host' && end.kind === 'pods' && end.hostNetwork) return [index];
    return end.kind === 'entity' && end.entity === entity ? [index] : [];
  });
  if (ends.length > 0) return { ends: new Set(ends), meansHost: entity === 'host' };
  throw unknown(
    `${dialect.kind === 'kubernetes' ? 'plain Kubernetes' : 'this dialect'} knows no ${formatPeer({ kind: 'entity', entity })}`,
    entity === 'host'
      ? 'no workload of the manifests is on the host network, and nodes are known by their addresses alone'
      : 'ask for its address',
  );
}

function unknown(message: string, fix: string): InvalidValueError {
  return new InvalidValueError({ message, fix });
}
