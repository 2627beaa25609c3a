import type { Finding } from '../../finding';
import type { KubeObject } from '../../kube/object';
import type { Inventory } from './inventory';

/** Where an object was read from. */
export interface Source {
  /** Path as the reader gave it, below the directory that was read; `-` is standard input. */
  readonly file: string;
  /** Line of the document's first key, from 1. */
  readonly line: number;
  /** Path of the construct that rendered it; known where our own `index.json` lies beside the manifests. */
  readonly construct?: string;
  /**
   * Line of a field inside the object, such as `['spec', 'egress', 0]`; the nearest field above it where it is missing.
   * Reads the document again, so it is asked for only what somebody will see.
   */
  lineOf(path: readonly (string | number)[]): number;
}

/** An object and where it stands. */
export interface Manifest {
  readonly object: KubeObject;
  readonly source: Source;
}

/** A port that pods have given a name. */
export interface NamedPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

/** Pods that are alike: those of a Deployment, or one that nothing owns. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  /**
   * `Deployment`, `StatefulSet`, `DaemonSet`, `ReplicaSet`, `ReplicationController`, `Job`, `CronJob`, `Pod`;
   * `Component` for what an inventory lists; `Representative` for pods that selectors let us imagine.
   */
  readonly kind: string;
  /** Labels of the pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** @default default */
  readonly serviceAccount: string;
  /** Pods on the host's network are the host to Cilium, and out of reach of policies for pods. */
  readonly hostNetwork: boolean;
  readonly ports: readonly NamedPort[];
  /** Addresses of the pods as far as the manifests say (`status.podIPs`); mostly none. */
  readonly addresses: readonly string[];
  /** Undefined for workloads that were imagined. */
  readonly source?: Source;
}

export interface Namespace {
  readonly name: string;
  /** With `kubernetes.io/metadata.name`, which the API server adds. */
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined for namespaces that are only mentioned. */
  readonly source?: Source;
}

/** A Service, as far as `toServices` of Cilium asks. */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined for a Service without selector, whose endpoints somebody else writes. */
  readonly selector?: Readonly<Record<string, string>>;
  /** Addresses from Endpoints and EndpointSlices of the same name. */
  readonly addresses: readonly string[];
  readonly source: Source;
}

/** A file `entries.json` beside manifests, as spire-server takes it. */
export interface EntryFile {
  /** What it holds; nothing of it is checked yet. */
  readonly value: unknown;
  readonly source: Source;
  /** Line of each of its `entries`, from 1. */
  readonly lines: readonly number[];
}

/** What a directory of manifests holds, as far as reachability is concerned. */
export interface Manifests {
  readonly namespaces: readonly Namespace[];
  /** Workloads that are there; none are imagined yet. */
  readonly workloads: readonly Workload[];
  readonly services: readonly Service[];
  /** NetworkPolicies, CiliumNetworkPolicies and CiliumClusterwideNetworkPolicies. */
  readonly policies: readonly Manifest[];
  /** CiliumCIDRGroups. */
  readonly cidrGroups: readonly Manifest[];
  /**
   * Objects that accept findings about themselves, see SUPPRESS_ANNOTATION.
   * @default - none
   */
  readonly suppressing?: readonly Manifest[];
  /**
   * Objects that say who is issued which identity: registrations of SPIRE, ConfigMaps, Jobs and ServiceAccounts.
   * @default - none
   */
  readonly registering?: readonly Manifest[];
  /**
   * Files `entries.json` for `spire-server entry create -data`.
   * @default - none
   */
  readonly entryFiles?: readonly EntryFile[];
  /**
   * Every object, whatever its kind.
   * @default - none
   */
  readonly all?: readonly Manifest[];
  /**
   * Which pods there will be, as synthesis wrote it beside the manifests.
   * @default - none
   */
  readonly inventories?: readonly Inventory[];
  /**
   * PrometheusRules, which hold alerts.
   * @default - none
   */
  readonly alerting?: readonly Manifest[];
  /**
   * What makes pods, for rules about pods themselves.
   * @default - none
   */
  readonly pods?: {
    /** Pods and their owners; not those that an owner made. */
    readonly workloads: readonly Manifest[];
    /**
     * Where images may come from, where our own inventory says so.
     * @default - any registry, as long as it is named
     */
    readonly registries?: readonly string[];
  };
  /**
   * What enforces the policies, where our own inventory says so: `kubernetes` or `cilium 1.19`.
   * @default - whoever asks decides
   */
  readonly dialect?: string;
  /** Number of objects that were read. */
  readonly objects: number;
  /** Number of objects of each kind that says nothing about reachability (`apps/v1 …` is not among them). */
  readonly ignored: Readonly<Record<string, number>>;
  /** What could not be read, and policies of kinds that are not evaluated. */
  readonly findings: readonly Finding[];
}
