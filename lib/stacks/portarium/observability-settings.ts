import type { Labels } from '../../model/label';
import type { DriftCheckProps } from '../../platform/drift-check';
import type { Alert } from '../../render/observability/alert';
import type { Metric } from '../../render/observability/metric';

/** How Portarium is watched: rules for Prometheus, and a dashboard for Grafana. */
export interface PortariumObservability {
  /**
   * Page with a section for each alert, `runbook_url` of all of them: a published copy of ALERTS.md, which is rendered
   * beside the rules.
   */
  readonly runbookUrl: string;
  /**
   * Namespace of the PrometheusRules and the dashboard.
   * @default 'monitoring'
   */
  readonly namespace?: string;
  /**
   * Labels by which the cluster's Prometheus picks its rules and monitors, such as `release: prometheus`.
   * @default - no labels
   */
  readonly ruleLabels?: Labels;
  /**
   * Prometheus's pods, which are let in to what has metrics here.
   * @default - they are not, which is a finding
   */
  readonly prometheus?: ScrapingPods;
  /**
   * Labels by which Grafana's sidecar picks dashboards.
   * @default - grafana_dashboard: '1'
   */
  readonly dashboardLabels?: Labels;
  /**
   * Whether Hubble exports metrics; for Cilium alone.
   * @default true
   */
  readonly hubble?: boolean;
  /**
   * Whether an Envoy terminates mutual TLS for the control plane; only with identities.
   * @default true
   */
  readonly envoy?: boolean;
  /**
   * Kyverno's admission controller.
   * @default - there is none
   */
  readonly kyverno?: WatchedDeployment;
  /**
   * Open Policy Agent.
   * @default - the one of `authorization`, if there is one
   */
  readonly opa?: WatchedDeployment;
  /**
   * The CronJob that looks for drift; rendered if it is given an image, and only watched if it is not.
   * @default - nobody looks
   */
  readonly drift?: PortariumDrift;
  /**
   * Alerts of one's own, each with its tests. They are rendered beside the others, and checked like them: what could
   * never fire is an error.
   * @default - none
   */
  readonly alerts?: readonly Alert[];
  /**
   * Metrics that they use besides those of the catalogue.
   * @default - none
   */
  readonly metrics?: readonly Metric[];
}

export interface ScrapingPods {
  /** @default - the namespace of the rules */
  readonly namespace?: string;
  /** @default - app.kubernetes.io/name: prometheus */
  readonly labels?: Labels;
  /**
   * Port on which the control plane shows metrics, at `/metrics`.
   * @default - none, which is a finding
   */
  readonly controlPlanePort?: number;
  /**
   * Port on which the Envoy in the control plane's pods shows metrics, at `/stats/prometheus`.
   * @default - none, which is a finding if there is such an Envoy
   */
  readonly envoyPort?: number;
}

export interface WatchedDeployment {
  /** @default - `kyverno`, `opa` */
  readonly namespace?: string;
  /** @default - `kyverno-admission-controller`, `opa` */
  readonly name?: string;
}

export interface PortariumDrift
  extends Pick<Partial<DriftCheckProps>, 'image' | 'apiServerPorts' | 'apiServerAddresses' | 'audience' | 'except'> {
  /** @default - the namespace of the control plane */
  readonly namespace?: string;
  /** @default 'portcullis-drift' */
  readonly name?: string;
  /**
   * How often it runs, in seconds; if it is rendered: minutes that divide an hour, hours that divide a day, a day or a
   * week.
   * @default 86400
   */
  readonly every?: number;
}
