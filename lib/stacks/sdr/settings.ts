import type { Stage } from '../../model/stage';
import type { SdrComponent } from './label';

/**
 * What differs between installations of the detection-and-response stack. Defaults are those of its specification
 * where they are right, and of the real systems where they are not.
 */
export interface SdrSettings {
  /** @default 'clawdstrike' */
  readonly namespace?: string;
  /**
   * Where NATS runs: one namespace, or two while it moves from one to the other (`['aegisnet', 'clawdstrike']`).
   * @default - the stack's namespace
   */
  readonly natsNamespace?: string | readonly string[];
  /**
   * Labels of the NATS pods. The official chart sets `app.kubernetes.io/name: nats`.
   * @default - app.kubernetes.io/component: nats
   */
  readonly natsSelector?: Readonly<Record<string, string>>;
  /**
   * Headless Service by which NATS replicas find each other.
   * @default 'nats-headless'
   */
  readonly natsHeadlessService?: string;
  /**
   * Port of the NATS metrics exporter. 8222 is the JSON monitor, which Prometheus cannot read.
   * @default 7777
   */
  readonly natsMetricsPort?: number;
  /**
   * Port of the other components' metrics.
   * @default 2112
   */
  readonly metricsPort?: number;
  /** @default - namespace monitoring, app.kubernetes.io/name: prometheus */
  readonly prometheus?: SdrPods;
  /**
   * The gateway that brings clients from outside the namespace.
   * @default - namespace envoy-gateway-system, app.kubernetes.io/component: envoy-gateway
   */
  readonly gateway?: SdrPods;
  /**
   * Region of the AWS STS endpoint that the witness uses, or `none` if it does not.
   * @default 'us-east-1'
   */
  readonly awsRegion?: string;
  /**
   * SPIFFE trust domain of the workloads.
   * @default 'aegis.local'
   */
  readonly trustDomain?: string;
  /** How the bridge to Tetragon runs. */
  readonly tetragonBridge?: TetragonBridgeSettings;
  /**
   * Stage of single policies: of components, and of the default deny of the namespace.
   * @default - every policy is enforced
   */
  readonly stages?: Readonly<Partial<Record<SdrComponent | 'namespace', Stage>>>;
}

/** Pods that others run. */
export interface SdrPods {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface TetragonBridgeSettings {
  /** @default 'kube-system' */
  readonly namespace?: string;
  /**
   * Whether its pods share the node's network, as a sidecar of Tetragon does. Policies cannot see such pods.
   * @default false
   */
  readonly hostNetwork?: boolean;
}
