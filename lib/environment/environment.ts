import type { Cluster } from '../model/cluster';
import type { ToolProfile } from '../model/tool-profile';
import type { CiliumVersion } from '../render/network/cilium-version';
import type { PortariumSettings } from '../stacks/portarium/settings';
import type { SdrSettings } from '../stacks/sdr/settings';

/** One file of the environments folder, checked and typed. */
export interface Environment {
  /** The file's name without its ending: `prod`. */
  readonly name: string;
  /** The file, as it was named when loading. */
  readonly file: string;
  /** `strict` for clusters; `reference` renders the documents as they were written. */
  readonly profile: 'strict' | 'reference';
  readonly dialect: DialectSettings;
  readonly cluster: Cluster;
  /**
   * What enforces network policies in the cluster; a dialect alone does not say that anything does.
   * @default - nobody is named
   */
  readonly policyController?: PolicyController;
  /**
   * Who brings the manifests into the cluster from a repository.
   * @default - nobody; they are laid out for people
   */
  readonly delivery?: DeliverySettings;
  /** Which security tools are on. */
  readonly tools: ToolProfile;
  /** Settings of the Portarium stack; absent if the environment does not have it. */
  readonly portarium?: PortariumSettings;
  /** Settings of the detection-and-response stack; absent if the environment does not have it. */
  readonly clawdstrike?: ClawdstrikeSettings;
}

/** Who brings manifests into a cluster: one of the two. */
export type DeliverySettings = { readonly argo: ArgoDelivery } | { readonly flux: FluxDelivery };

/** Argo CD. What is left out is as in `argo()`. */
export interface ArgoDelivery {
  readonly repository: string;
  /** Folder in the repository that holds the folders of the environments. */
  readonly path: string;
  readonly revision?: string;
  readonly namespace?: string;
  readonly server?: string;
  readonly rootProject?: string;
}

/** Flux. What is left out is as in `flux()`. */
export interface FluxDelivery {
  readonly source: { readonly kind?: 'GitRepository' | 'OCIRepository' | 'Bucket'; readonly name: string };
  /** Folder in the source that holds the folders of the environments. */
  readonly path: string;
  readonly namespace?: string;
  readonly interval?: string;
  readonly timeout?: string;
}

/** Settings of the detection-and-response stack in one environment. */
export interface ClawdstrikeSettings extends SdrSettings {
  /**
   * Cilium of the stack's cluster; the stack cannot do without.
   * @default - the environment's dialect
   */
  readonly ciliumVersion?: CiliumVersion;
}

/** What enforces network policies in a cluster. */
export interface PolicyController {
  /** `cilium`, `calico`, …. */
  readonly name: string;
  /** Whether it enforces policies at present. */
  readonly enabled: boolean;
}

export type DialectSettings =
  | { readonly kind: 'kubernetes' }
  | { readonly kind: 'cilium'; readonly version: CiliumVersion };
