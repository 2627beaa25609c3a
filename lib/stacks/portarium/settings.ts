import type { Allowlist } from '../../model/allowlist';
import type { EgressSettings } from '../../model/egress-settings';
import type { Layer, StageSetting } from '../../model/stage';
import type { DistrolessSettings } from '../../render/admission/distroless';
import type { Deployer } from '../../render/admission/requester';
import type { RateLimit } from '../../render/orchestrator/policy';
import type { WorkspaceQuota } from '../../render/workload/quota';
import type { PortariumAuthorization, WorkspaceGrants } from './authorization';
import type { PortariumIdentity } from './identity';
import type { PortariumObservability } from './observability-settings';

/**
 * What differs between installations of Portarium. Every default is the value of the document that first named it:
 * the enforcement guide (labels `app`, ports 443, 3100 and 8081) or the egress policy (labels
 * `portarium.io/component`, port 8080).
 */
export interface PortariumSettings {
  readonly namespaces?: PortariumNamespaces;
  readonly ports?: PortariumPorts;
  readonly labels?: PortariumLabels;
  /** Labels that narrow down the pods of services that others run; without them every pod of the namespace is meant. */
  readonly selectors?: PortariumSelectors;
  /**
   * Whether this program renders the policy of the control plane and the default deny of its namespace.
   * @default true
   */
  readonly manageControlPlane?: boolean;
  /**
   * Who the workloads are to each other, by SPIRE.
   * @default - no identities are rendered
   */
  readonly identity?: PortariumIdentity;
  /**
   * The Open Policy Agent that the control plane asks what agents may do.
   * @default - the control plane's built-in policy decides
   */
  readonly authorization?: PortariumAuthorization;
  /**
   * How far workspaces are rolled out that say nothing themselves.
   * @default 'enforce'
   */
  readonly stage?: StageSetting;
  /** How the roll-out came to where it is. */
  readonly rollout?: PortariumRollout;
  /**
   * What guards inside the pods' processes are told about egress; the list of hosts is what the edges allow. What is not
   * said has the defaults of DEFAULT_EGRESS_SETTINGS.
   * @default - guards are told nothing
   */
  readonly egressPolicy?: Partial<EgressSettings>;
  /**
   * Alerts and a dashboard.
   * @default - nobody watches
   */
  readonly observability?: PortariumObservability;
  /**
   * Where images of workloads may come from, each with a slash at its end: `ghcr.io/portarium/`.
   * @default - any registry, as long as the image names it
   */
  readonly registries?: readonly string[];
  /**
   * What the cluster holds against everybody's requests in the platform's namespaces.
   * @default - no admission policies are rendered
   */
  readonly admission?: PortariumAdmission;
  /** What the orchestrator decides by itself, whatever other tools are on. */
  readonly orchestrator?: PortariumOrchestrator;
  readonly workspaces: readonly PortariumWorkspace[];
}

export interface PortariumAdmission {
  /**
   * The API server itself (Kubernetes 1.30 or later), or Kyverno.
   * @default 'kubernetes'
   */
  readonly engine?: 'kubernetes' | 'kyverno';
  /** Who alone may change policies, namespaces, and what grants rest on. */
  readonly deployer: Deployer;
  /** @default 'enforce' */
  readonly mode?: 'enforce' | 'audit';
  /**
   * What images have to be made from; needs Kyverno.
   * @default - any base
   */
  readonly distroless?: DistrolessSettings;
}

export interface PortariumOrchestrator {
  /**
   * Audience of the tokens that agents and execution planes present.
   * @default portarium-control-plane
   */
  readonly tokenAudience?: string;
  /**
   * Seconds, 600 to 3600.
   * @default 3600
   */
  readonly tokenLifetime?: number;
  readonly rateLimit?: RateLimit;
}

export interface PortariumNamespaces {
  /**
   * Agents; also the namespace of workspaces that are isolated by label.
   * @default 'portarium-agents'
   */
  readonly agents?: string;
  /** @default 'portarium-system' */
  readonly system?: string;
  /** @default 'spire-system' */
  readonly spire?: string;
  /** @default 'vault' */
  readonly vault?: string;
  /** @default 'temporal' */
  readonly temporal?: string;
  /** @default 'observability' */
  readonly telemetry?: string;
  /**
   * Open Policy Agent.
   * @default 'portarium-authorization'
   */
  readonly authorization?: string;
}

/** TCP ports of the pods. `none` leaves out an edge that an installation does not need. */
export interface PortariumPorts {
  /**
   * API of the control plane, for agents and the execution plane.
   * @default 8080
   */
  readonly controlPlaneApi?: number;
  /**
   * Further ports of the control plane that agents use.
   * @default [443, 3100]
   */
  readonly controlPlane?: readonly number[] | 'none';
  /**
   * SPIRE server, for agents that talk to it directly. Workloads that get their identity from the node's socket do
   * not need it.
   * @default 8081
   */
  readonly spire?: number | 'none';
  /** @default 8200 */
  readonly vault?: number;
  /** @default 7233 */
  readonly temporal?: number;
  /**
   * OpenTelemetry collector.
   * @default [4317, 4318]
   */
  readonly telemetry?: readonly number[];
}

/** Label keys. Pods carry all three; policies select by component and, in shared namespaces, by workspace. */
export interface PortariumLabels {
  /** @default 'app', with values such as `portarium-agent` */
  readonly app?: string;
  /** @default 'portarium.io/component' */
  readonly component?: string;
  /** @default 'portarium.dev/workspace' */
  readonly workspace?: string;
}

export interface PortariumSelectors {
  readonly spire?: Readonly<Record<string, string>>;
  readonly vault?: Readonly<Record<string, string>>;
  readonly temporal?: Readonly<Record<string, string>>;
  readonly telemetry?: Readonly<Record<string, string>>;
}

/** How the roll-out came to where it is. */
export interface PortariumRollout {
  /**
   * Steps that were taken although a gate refused them.
   * @default - none
   */
  readonly forced?: readonly ForcedStep[];
}

/** A step of the roll-out that was taken although a gate refused it, and why. */
export interface ForcedStep {
  readonly layer: Layer;
  readonly workspaces: readonly string[];
  /** The gates that refused, such as `routing-compliance`. */
  readonly gates: readonly string[];
  readonly reason: string;
}

export interface PortariumWorkspace {
  /** DNS label; namespace, label value and file name. */
  readonly id: string;
  /** @default - nobody is named */
  readonly owner?: string;
  /** @default 'namespace' */
  readonly isolation?: 'namespace' | 'label';
  /** @default - the id, or the agents' namespace with label isolation */
  readonly namespace?: string;
  /**
   * How far the workspace is rolled out: a stage for every layer, or layer by layer.
   * @default - the platform's stage
   */
  readonly stage?: StageSetting;
  /**
   * How much its pods may use together.
   * @default - 8 cores, 16 GiB of memory, 32 GiB of ephemeral storage, 50 pods
   */
  readonly quota?: WorkspaceQuota;
  /** Tools that the workspace's agents may ask for. */
  readonly tools: 'none' | readonly string[];
  /** Systems of record that the workspace's execution plane may reach. */
  readonly egressAllowlist: Allowlist;
  /**
   * What the workspace's agents may do besides connecting.
   * @default - nothing
   */
  readonly authorization?: WorkspaceGrants;
}
