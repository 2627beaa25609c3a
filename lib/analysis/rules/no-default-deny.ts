import type { Severity } from '../../finding';
import { type Analysis, analyse } from '../analysis';
import type { Namespace, Workload } from '../load/manifests';
import { strangerIn } from '../load/stranger';
import type { Direction } from '../policy/policy-model';
import { grouped } from './grouped';
import { type Place, placeIn, type Rule, type RuleFinding, someOf } from './rule';

/** Workloads that stand in no manifest of their own. */
const IMAGINED: readonly string[] = ['Component', 'Representative'];

/**
 * Finds namespaces in which some pods are open in a direction, since no policy isolates them in it.
 *
 * A namespace is judged if the manifests declare it, hold a workload of it or a policy in it; what is merely mentioned
 * belongs to somebody else. One that they declare without any pods is judged by a pod that nobody declared.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies
 * @see https://docs.cilium.io/en/stable/security/policy/intro/#policy-enforcement-modes
 */
export const noDefaultDeny: Rule = {
  id: 'no-default-deny',
  severity: 'error',
  title: 'Pods that no policy isolates in a direction',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    yield* openPods(analysis);
    // Where nobody declared a pod, one may still come to be.
    const { manifests, dialect } = analysis;
    const inhabited = new Set(manifests.workloads.map(({ namespace }) => namespace));
    const empty = manifests.namespaces.filter(({ name, source }) => source !== undefined && !inhabited.has(name));
    if (empty.length === 0) return;
    yield* openPods(analyse({ ...manifests, workloads: empty.map(({ name }) => strangerIn(name)) }, { dialect }));
  },
};

function* openPods(analysis: Analysis): Iterable<RuleFinding> {
  const { manifests } = analysis;
  const governable = manifests.workloads.filter(({ hostNetwork }) => !hostNetwork);
  const workloads = grouped(governable, ({ namespace }) => namespace);
  const namespaced = manifests.policies.filter(({ object }) => object.kind !== 'CiliumClusterwideNetworkPolicy');
  const policies = grouped(namespaced, ({ object }) => object.metadata.namespace ?? 'default');
  const namespaces = new Map(manifests.namespaces.map((namespace) => [namespace.name, namespace]));
  for (const [name, all] of workloads) {
    const members = judged(all, namespaces.get(name));
    const owned = placeOfNamespace(name, namespaces.get(name), members);
    const [policy] = policies.get(name) ?? [];
    const at = owned ?? (policy === undefined ? undefined : placeIn(policy));
    if (at === undefined) continue;
    for (const direction of ['ingress', 'egress'] as const) {
      const open = members.filter((workload) => !isIsolated(workload, direction, analysis));
      if (open.length === 0) continue;
      const forgotten = open.filter((workload) => !isStatedOpen(workload, direction, analysis));
      const stated = forgotten.length === 0;
      const severity = severityFor(name, owned !== undefined, stated);
      yield finding(name, direction, stated ? open : forgotten, at, severity, stated);
    }
  }
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

function finding(
  name: string,
  direction: Direction,
  open: readonly Workload[],
  at: Place,
  severity: Severity,
  stated: boolean,
): RuleFinding {
  const pods = someOf(open, (workload) => workload.name);
  const isOpen = `${direction === 'ingress' ? 'everybody may reach' : 'everything may be reached from'} ${pods} in namespace ${name}`;
  return {
    at,
    severity,
    message: stated
      ? `${isOpen}: the policies for these pods set enableDefaultDeny.${direction} to false`
      : `${isOpen}: no policy isolates them for ${direction}`,
    fix: stated
      ? 'remove enableDefaultDeny once the observed traffic is what the rules allow'
      : `add a policy for all pods of the namespace that denies ${direction} by default and allows nothing`,
  };
}
