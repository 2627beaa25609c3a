import { grouped } from '../../kube/grouped';
import type { FlowPods } from '../flow/flow';
import type { Manifests, Namespace, Workload } from '../load/manifests';

const NAMESPACE_LABEL = 'io.cilium.k8s.namespace.labels.';
const SERVICE_ACCOUNT = 'io.cilium.k8s.policy.serviceaccount';

/** The pods of a flow as the analysis knows them. */
export interface FoundPods {
  readonly workload: Workload;
  /** False for pods that the manifests do not hold, which are judged by the labels that they had. */
  readonly isKnown: boolean;
}

/** Finds the workloads of manifests that pods of flows belong to, and makes up those that are not there. */
export class ReplayWorkloads {
  private readonly byNamespace: ReadonlyMap<string, readonly Workload[]>;
  private readonly namespaces: ReadonlySet<string>;
  private readonly found = new Map<string, FoundPods | undefined>();
  private readonly made: Workload[] = [];
  private readonly madeNamespaces = new Map<string, Namespace>();

  constructor(private readonly manifests: Manifests) {
    this.byNamespace = grouped(manifests.workloads, ({ namespace }) => namespace);
    this.namespaces = new Set(manifests.namespaces.map(({ name }) => name));
  }

  /** How many kinds of pods were looked for. */
  get seen(): number {
    return this.found.size;
  }

  /** How many workloads were made up. */
  get size(): number {
    return this.made.length;
  }

  /** The manifests with the workloads that were made up. */
  complete(): Manifests {
    return {
      ...this.manifests,
      workloads: [...this.manifests.workloads, ...this.made],
      namespaces: [...this.manifests.namespaces, ...this.madeNamespaces.values()],
    };
  }

  /** Undefined for pods that are not in the manifests and of which no labels were recorded. */
  of(pods: FlowPods): FoundPods | undefined {
    let found = this.found.get(pods.key);
    if (found === undefined && !this.found.has(pods.key)) {
      found = this.find(pods);
      this.found.set(pods.key, found);
    }
    return found;
  }

  /**
   * A workload of the same name is it: what decides is what its pods will carry under these manifests. An inventory names
   * components rather than workloads, so that their pods are told by their labels.
   */
  private find(pods: FlowPods): FoundPods | undefined {
    const { labels } = pods;
    const candidates = this.byNamespace.get(pods.namespace) ?? [];
    const called = candidates.filter((workload) => isOf(pods, workload));
    const workload = called.find((candidate) => carries(labels, candidate)) ?? called[0];
    if (workload !== undefined) return { workload, isKnown: true };
    if (labels.size === 0) return undefined;
    const components = candidates.filter((candidate) => {
      return candidate.kind === 'Component' && hasAny(candidate.labels) && carries(labels, candidate);
    });
    const [component] = components.sort((a, b) => Object.keys(b.labels).length - Object.keys(a.labels).length);
    return { workload: this.make(pods, component), isKnown: component !== undefined };
  }

  private make(
    { namespace, name, workload: kind = 'Pod', labels }: FlowPods,
    component: Workload | undefined,
  ): Workload {
    const own: Record<string, string> = {};
    const ofNamespace: Record<string, string> = {};
    for (const [key, value] of labels) {
      if (key.startsWith(NAMESPACE_LABEL)) ofNamespace[key.slice(NAMESPACE_LABEL.length)] = value;
      else if (!key.startsWith('io.cilium.k8s.') && !key.includes(':')) own[key] = value;
    }
    if (!this.namespaces.has(namespace) && !this.madeNamespaces.has(namespace)) {
      const labelled = { 'kubernetes.io/metadata.name': namespace, ...ofNamespace };
      this.madeNamespaces.set(namespace, { name: namespace, labels: labelled });
    }
    const workload: Workload = {
      namespace,
      name,
      kind,
      labels: own,
      serviceAccount: labels.get(SERVICE_ACCOUNT) ?? component?.serviceAccount ?? 'default',
      hostNetwork: false,
      ports: component?.ports ?? [],
      addresses: [],
    };
    this.made.push(workload);
    return workload;
  }
}

/** Endings that Kubernetes gives pods of each kind of workload. */
const RANDOM = '[bcdfghjklmnpqrstvwxz2456789]';
const ENDINGS: Readonly<Record<string, RegExp>> = {
  Deployment: new RegExp(`^-${RANDOM}{6,10}-${RANDOM}{5}$`),
  ReplicaSet: new RegExp(`^-${RANDOM}{5}$`),
  ReplicationController: new RegExp(`^-${RANDOM}{5}$`),
  DaemonSet: new RegExp(`^-${RANDOM}{5}$`),
  Job: new RegExp(`^(?:-\\d+)?-${RANDOM}{5}$`),
  CronJob: new RegExp(`^-\\d+(?:-\\d+)?-${RANDOM}{5}$`),
  StatefulSet: /^-\d+$/,
  Pod: /^$/,
};

function isOf({ name, workload: kind, pod }: FlowPods, workload: Workload): boolean {
  // Workloads of one name whose pods differ are numbered.
  const called = workload.name.replace(/#\d+$/, '');
  if (kind !== undefined) return workload.kind === kind && called === name;
  return pod?.startsWith(called) === true && ENDINGS[workload.kind]?.test(pod.slice(called.length)) === true;
}

function carries(labels: ReadonlyMap<string, string>, workload: Workload): boolean {
  return Object.entries(workload.labels).every(([key, value]) => labels.get(key) === value);
}

function hasAny(labels: Workload['labels']): boolean {
  return Object.keys(labels).length > 0;
}
