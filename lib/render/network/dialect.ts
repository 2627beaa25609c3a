import type { Problem } from '../../finding';
import type { Cluster } from '../../model/cluster';
import type { ComponentModel } from '../../model/component';
import type { Edge } from '../../model/edge';
import type { Stage } from '../../model/stage';

/**
 * What enforces the policies. A dialect renders what was said or refuses it; it never drops what it cannot express.
 * All methods are pure.
 */
export interface Dialect {
  /** `kubernetes` or `cilium 1.19`. */
  readonly name: string;
  /** The kind of object that carries a policy. */
  readonly policy: { readonly apiVersion: string; readonly kind: string };
  /** True if a policy can match and report without dropping; otherwise policies in the observe stage are held back. */
  readonly canObserve: boolean;
  /** True if an edge can require both ends to prove their identity. */
  readonly canAuthenticate: boolean;
  /**
   * Most ports that one rule takes; an edge with more becomes several.
   * @default - a rule takes any number
   */
  readonly mostPorts?: number;
  /** Everything about an edge that this dialect cannot express, each with the ways out. */
  refusals(edge: Edge): readonly Refusal[];
  /** The policy of one component. */
  componentPolicy(component: ComponentModel, cluster: Cluster): RenderedPolicy;
  /** The policy that denies whatever no component's policy allows, for all pods of a namespace. */
  defaultDeny(scope: DefaultDenyScope): RenderedPolicy;
}

/** Why a dialect cannot render an edge. */
export interface Refusal extends Problem {
  /** Id of the rule, as in Finding. */
  readonly rule: string;
}

/** A policy's spec and, for its readers, what each rule is for. */
export interface RenderedPolicy {
  readonly spec: Readonly<Record<string, unknown>>;
  /** One line per ingress rule; empty where nothing may come in. */
  readonly ingress: readonly string[];
  /** One line per egress rule; empty where nothing may go out. */
  readonly egress: readonly string[];
}

/** Which pods of a namespace a default deny is for. */
export interface DefaultDenyScope {
  readonly stage: Stage;
  /** Pods left out because they only observe: those with one of the values of one of the labels. */
  readonly except: readonly Exemption[];
}

/** Values of one label whose pods are left out of a default deny. */
export interface Exemption {
  readonly label: string;
  readonly values: readonly string[];
}
