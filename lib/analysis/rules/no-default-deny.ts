import type { Severity } from '../../finding';
import { grouped } from '../../kube/grouped';
import { type Analysis, analyse } from '../analysis';
import type { Namespace, Workload } from '../load/manifests';
import { strangerIn } from '../load/stranger';
import { namespacesByName } from '../policy/pod-attribute';
import type { Direction } from '../policy/policy-model';
import { type Place, placeIn, type Rule, type RuleFinding, someOf } from './rule';

/** Workloads that stand in no manifest of their own. */
const IMAGINED: readonly string[] = ['Component', 'Representative'];

/**
 * Finds namespaces in which some pods are open in a direction, since no policy isolates them in it.
 *
 * A namespace is judged if the manifests declare it, hold a workload of it or a policy in it; what is merely mentioned
 * belongs to somebody else. One that they declare is also judged by a pod that nobody declared: where policies select
 * the pods of today by their labels, a pod that comes tomorrow with others is open, which is a warning.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies
 * @see https://docs.cilium.io/en/stable/security/policy/intro/#policy-enforcement-modes
 */
export const noDefaultDeny: Rule = {
  id: 'no-default-deny',
  severity: 'error',
  title: 'Pods that no policy isolates in a direction',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    const reported = new Set<string>();
    for (const open of openPods(analysis)) {
      reported.add(keyOf(open));
      yield finding(open);
    }
    const inhabited = new Set(analysis.manifests.workloads.map(({ namespace }) => namespace));
    for (const open of openStrangers(analysis)) {
      if (!inhabited.has(open.namespace)) yield finding(open);
      else if (!reported.has(keyOf(open))) yield finding({ ...open, severity: lowered(open.severity), isNew: true });
    }
  },
};

/** Pods of a namespace that are open in a direction. */
interface OpenPods {
  readonly namespace: string;
  readonly direction: Direction;
  readonly pods: readonly Workload[];
  readonly at: Place;
  readonly severity: Severity;
  /** True if policies for these pods say that they do not deny by default. */
  readonly stated: boolean;
  /** True if all pods that are there are isolated. */
  readonly isNew?: boolean;
}

function keyOf({ namespace, direction }: OpenPods): string {
  return `${namespace} ${direction}`;
}

function lowered(severity: Severity): Severity {
  return severity === 'error' ? 'warning' : severity;
}

function* openPods(analysis: Analysis): Iterable<OpenPods> {
  const { manifests } = analysis;
  const governable = manifests.workloads.filter(({ hostNetwork }) => !hostNetwork);
  const workloads = grouped(governable, ({ namespace }) => namespace);
  const namespaced = manifests.policies.filter(({ object }) => object.kind !== 'CiliumClusterwideNetworkPolicy');
  const policies = grouped(namespaced, ({ object }) => object.metadata.namespace ?? 'default');
  const namespaces = namespacesByName(manifests.namespaces);
  for (const [namespace, all] of workloads) {
    const members = judged(all, namespaces.get(namespace));
    const owned = placeOfNamespace(namespace, namespaces.get(namespace), members);
    const [policy] = policies.get(namespace) ?? [];
    const at = owned ?? (policy === undefined ? undefined : placeIn(policy));
    if (at === undefined) continue;
    for (const direction of ['ingress', 'egress'] as const) {
      const open = members.filter((workload) => !isIsolated(workload, direction, analysis));
      if (open.length === 0) continue;
      const forgotten = open.filter((workload) => !isStatedOpen(workload, direction, analysis));
      const stated = forgotten.length === 0;
      const severity = severityFor(namespace, owned !== undefined, stated);
      yield { namespace, direction, pods: stated ? open : forgotten, at, severity, stated };
    }
  }
}

/** Declared namespaces in which a pod would be open that nobody declared; not those of nodes alone. */
function openStrangers({ manifests, dialect }: Analysis): Iterable<OpenPods> {
  const ofNodes = new Set(manifests.workloads.map(({ namespace }) => namespace));
  for (const { namespace, hostNetwork } of manifests.workloads) if (!hostNetwork) ofNodes.delete(namespace);
  const declared = manifests.namespaces.filter(({ name, source }) => source !== undefined && !ofNodes.has(name));
  if (declared.length === 0) return [];
  const strangers = declared.map(({ name }) => strangerIn(name));
  return openPods(analyse({ ...manifests, workloads: strangers }, { dialect }));
}

/** Of a namespace that the manifests do not declare, pods that they merely mention belong to somebody else. */
function judged(workloads: readonly Workload[], namespace: Namespace | undefined): readonly Workload[] {
  const declared = workloads.filter(isDeclared);
  return namespace?.source === undefined && declared.length > 0 ? declared : workloads;
}

function isDeclared({ kind, source }: Workload): boolean {
  return source !== undefined && !IMAGINED.includes(kind);
}

function placeOfNamespace(
  name: string,
  namespace: Namespace | undefined,
  members: readonly Workload[],
): Place | undefined {
  const declared = members.find(isDeclared);
  const source = namespace?.source ?? declared?.source;
  return source === undefined ? undefined : { object: `Namespace ${name}`, source, path: [] };
}

/** The cluster's own namespaces often cannot be isolated, and those that are only mentioned are somebody else's. */
function severityFor(name: string, isOwned: boolean, stated: boolean): Severity {
  if (stated) return 'info';
  if (!name.startsWith('kube-')) return 'error';
  return isOwned ? 'warning' : 'info';
}

function isIsolated(workload: Workload, direction: Direction, { universe, graph }: Analysis): boolean {
  const end = universe.endOf(workload);
  return end === undefined || graph[direction].access(end).isolated;
}

/** True if a policy for the pods says that it does not deny by default. */
function isStatedOpen(workload: Workload, direction: Direction, { universe, graph }: Analysis): boolean {
  const end = universe.endOf(workload);
  return end !== undefined && graph[direction].partsFor(end).length > 0;
}

function finding({ namespace, direction, pods, at, severity, stated, isNew = false }: OpenPods): RuleFinding {
  const who = isNew ? 'a pod with labels of its own' : someOf(pods, (workload) => workload.name);
  const isOpen = `${direction === 'ingress' ? 'everybody may reach' : 'everything may be reached from'} ${who} in namespace ${namespace}`;
  const why = isNew
    ? `policies isolate the pods of today for ${direction}, and none that comes later`
    : `no policy isolates them for ${direction}`;
  return {
    at,
    severity,
    message: `${isOpen}: ${stated ? `the policies for these pods set enableDefaultDeny.${direction} to false` : why}`,
    fix: stated
      ? 'remove enableDefaultDeny once the observed traffic is what the rules allow'
      : `add a policy for all pods of the namespace that denies ${direction} by default and allows nothing`,
  };
}
