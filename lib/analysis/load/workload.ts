import { field, list, text, textMap } from '../../kube/field';
import type { KubeObject } from '../../kube/object';
import { TEMPLATE_PATHS } from '../../kube/pod';
import { isOfController } from './controller-label';
import type { NamedPort, Source, Workload } from './manifests';

/** The pods that an object makes. What has the wrong shape reads as absent; the API server would refuse the object. */
export function workloadOf(object: KubeObject, source: Source): Workload {
  const { kind, metadata } = object;
  const path = TEMPLATE_PATHS[kind] ?? [];
  const template = path.reduce<unknown>((value, key) => field(value, key), object);
  const spec = field(template, 'spec');
  return {
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    kind,
    labels: textMap(field(field(template, 'metadata'), 'labels')),
    serviceAccount: text(field(spec, 'serviceAccountName')) ?? text(field(spec, 'serviceAccount')) ?? 'default',
    hostNetwork: field(spec, 'hostNetwork') === true,
    ports: portsOf(spec),
    addresses: addressesOf(field(object, 'status')),
    source,
  };
}

/** Controllers of an object, as `Kind/name`. */
function ownerOf(object: KubeObject): string | undefined {
  // A static pod belongs to its node, as do others that have nothing to do with it.
  const owners = list(field(object.metadata, 'ownerReferences')).filter((owner) => field(owner, 'kind') !== 'Node');
  const owner = owners.find((candidate) => field(candidate, 'controller') === true) ?? owners[0];
  const [kind, name] = [text(field(owner, 'kind')), text(field(owner, 'name'))];
  return kind === undefined || name === undefined ? undefined : `${kind}/${name}`;
}

/** True for what somebody else made: the owner says what it is like. */
export function isOwned(object: KubeObject): boolean {
  return ownerOf(object) !== undefined;
}

/** An object with its workload, before owners and owned are made one. */
export interface Owned {
  readonly object: KubeObject;
  readonly workload: Workload;
}

/**
 * Pods, ReplicaSets and Jobs that something owns become one workload with the other pods of their owner, unless their
 * labels differ: what a pod carries decides, not what its owner would give it today. A pod stands for itself if it has a
 * label of its controller that policies select by.
 *
 * @param selected labels of controllers that policies select by
 */
export function collapse(all: readonly Owned[], selected: ReadonlySet<string> = new Set()): readonly Workload[] {
  const byName = new Map(all.map((owned) => [keyOf(owned.workload), owned]));
  const groups = new Map<string, Workload>();
  for (const owned of all.filter(hasPods)) {
    const { workload } = owned;
    const isAlone = workload.kind === 'Pod' && Object.keys(workload.labels).some((key) => selected.has(key));
    const owner = isAlone ? undefined : topOwner(owned, byName);
    const named = owner === undefined ? workload : { ...workload, kind: owner.kind, name: owner.name };
    const labels = relevantLabels(workload.labels, selected);
    // Pods that differ in anything that a policy sees stay apart, under their own names.
    const key = JSON.stringify([
      named.namespace,
      named.kind,
      named.name,
      labels,
      workload.serviceAccount,
      workload.hostNetwork,
      workload.ports,
    ]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, named);
    else groups.set(key, { ...known, addresses: [...known.addresses, ...workload.addresses] });
  }
  return distinctNames([...groups.values()]);
}

/** A Deployment keeps the ReplicaSets of its past, with no pods. */
function hasPods({ object }: Owned): boolean {
  return object.kind !== 'ReplicaSet' || ownerOf(object) === undefined || field(object.spec, 'replicas') !== 0;
}

function topOwner(owned: Owned, byName: ReadonlyMap<string, Owned>): { kind: string; name: string } | undefined {
  const { namespace } = owned.workload;
  let found: { kind: string; name: string } | undefined;
  let { object } = owned;
  for (let depth = 0; depth < 5; depth++) {
    const owner = ownerOf(object);
    if (owner === undefined) return found;
    const [kind = '', name = ''] = owner.split('/');
    found = { kind, name };
    const above = byName.get(`${namespace}/${owner}`);
    if (above === undefined) return withoutHash(found, owned.workload.labels);
    object = above.object;
  }
  return found;
}

/** The name of a Deployment's ReplicaSet ends in the hash that its pods carry as a label. */
function withoutHash(owner: { kind: string; name: string }, labels: Workload['labels']) {
  const hash = labels['pod-template-hash'];
  if (owner.kind !== 'ReplicaSet' || hash === undefined || !owner.name.endsWith(`-${hash}`)) return owner;
  return { kind: 'Deployment', name: owner.name.slice(0, -hash.length - 1) };
}

function relevantLabels(labels: Workload['labels'], selected: ReadonlySet<string>) {
  return Object.entries(labels)
    .filter(([key]) => !isOfController(key) || selected.has(key))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Workloads of one name that are not alike are numbered, since answers name them. */
function distinctNames(workloads: readonly Workload[]): readonly Workload[] {
  const counts = new Map<string, number>();
  return workloads.map((workload) => {
    const key = keyOf(workload);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count === 1 ? workload : { ...workload, name: `${workload.name}#${count}` };
  });
}

function keyOf({ namespace, kind, name }: Workload): string {
  return `${namespace}/${kind}/${name}`;
}

function portsOf(spec: unknown): readonly NamedPort[] {
  const sidecars = list(field(spec, 'initContainers')).filter(
    (container) => field(container, 'restartPolicy') === 'Always',
  );
  return [...list(field(spec, 'containers')), ...sidecars].flatMap((container) =>
    list(field(container, 'ports')).flatMap((entry): readonly NamedPort[] => {
      const name = text(field(entry, 'name'));
      const port = field(entry, 'containerPort');
      const protocol = text(field(entry, 'protocol')) ?? 'TCP';
      if (name === undefined || typeof port !== 'number') return [];
      return protocol === 'TCP' || protocol === 'UDP' || protocol === 'SCTP' ? [{ name, port, protocol }] : [];
    }),
  );
}

function addressesOf(status: unknown): readonly string[] {
  const all = list(field(status, 'podIPs')).flatMap((entry) => text(field(entry, 'ip')) ?? []);
  return all.length > 0 ? all : [text(field(status, 'podIP')) ?? []].flat();
}
