import type { PodSpec } from '../pod';

/**
 * One thing that no workload may do. The program holds it against what it renders, `portcullis check` against manifests
 * of anybody, and the cluster, in CEL, against every request. Tests hold `find` and `validations` against each other.
 */
export interface WorkloadRule {
  /** Kebab case: in findings, and in the names of admission policies. */
  readonly id: string;
  /** What it finds, in a few words. */
  readonly title: string;
  /** Everything that is wrong with pods; what has the wrong shape reads as absent. */
  find(pod: RulePod, settings: RuleSettings): Iterable<Violation>;
  /**
   * What has to hold, in CEL over `variables` (see CEL_VARIABLES). Only functions that CEL itself has.
   * @see https://kubernetes.io/docs/reference/using-api/cel/
   */
  validations(settings: RuleSettings): readonly CelValidation[];
  readonly examples: RuleExamples;
}

/** Pods, and the annotations of their template. */
export interface RulePod {
  readonly spec: PodSpec;
  readonly annotations?: unknown;
}

/** What differs between clusters. */
export interface RuleSettings {
  /**
   * Where images may come from, each with a slash at its end: `ghcr.io/portarium/`.
   * @default - any registry, as long as it is named
   */
  readonly registries?: readonly string[];
}

export interface Violation {
  /** Below the pod's spec. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly fix: string;
  /**
   * True for what may stand as long as nothing is enforced yet.
   * @default false
   */
  readonly tolerable?: boolean;
}

export interface CelValidation {
  /** Holds for pods that are fine. */
  readonly expression: string;
  /** What whoever is refused reads. */
  readonly message: string;
}

/** Pods that the rule lets pass, and pods that it does not, by what is particular about them. */
export interface RuleExamples {
  readonly good: Readonly<Record<string, PodSpec>>;
  readonly bad: Readonly<Record<string, PodSpec>>;
}

/** A container that is wrong in nothing; examples change one thing about it. */
export const EXAMPLE_CONTAINER = Object.freeze({
  name: 'main',
  image: 'registry.example.com/agent:1.2.3',
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
  resources: {
    requests: { cpu: '100m', memory: '64Mi', 'ephemeral-storage': '16Mi' },
    limits: { cpu: '1', memory: '128Mi', 'ephemeral-storage': '64Mi' },
  },
});

/** A pod that is wrong in nothing. */
export const EXAMPLE_POD = Object.freeze({
  automountServiceAccountToken: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 65532,
    runAsGroup: 65532,
    fsGroup: 65532,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  containers: [EXAMPLE_CONTAINER],
});
