import { InvalidValueError, type Problem, quoted } from '../../finding';
import type { KubeObject } from '../../kube/object';
import { WORKLOAD_RULES } from '../../kube/workload-rule/index';
import { LONGEST_TOKEN } from '../../kube/workload-rule/service-account-token';
import { podTokenProblem } from '../workload/token';
import { yamlText } from '../yaml-text';

/**
 * What the orchestrator decides by itself, with no other tool: the floor of seed 002 that is on in every environment. Where
 * OPA or Kyverno is off, this is what still holds.
 */
export interface OrchestratorPolicy {
  readonly tokens: OrchestratorTokens;
  readonly rateLimit: RateLimit;
  /** Who may do what; whoever is not among them may do nothing. */
  readonly subjects: readonly OrchestratorSubject[];
  readonly containers: ContainerValidation;
}

/** How it checks who calls. */
export interface OrchestratorTokens {
  /** What the audience of every token has to be. */
  readonly audience: string;
  /**
   * Seconds that a token may live, 600 to 3600.
   * @default 3600
   */
  readonly lifetime?: number;
}

/** How often one caller may call. */
export interface RateLimit {
  /** @default 10 */
  readonly requestsPerSecond?: number;
  /**
   * Requests at once.
   * @default 20
   */
  readonly burst?: number;
}

export interface OrchestratorSubject {
  /** `system:serviceaccount:<namespace>:<name>`, as the review of a token names it. */
  readonly user: string;
  readonly workspace: string;
  /** Tools that it may ask for. */
  readonly tools: readonly string[];
}

/** What it asks of containers that it starts. */
export interface ContainerValidation {
  /** @default - any registry, as long as it is named */
  readonly registries?: readonly string[];
}

/** Name of the file in the ConfigMap. */
export const ORCHESTRATOR_POLICY_FILE = 'orchestrator-policy.yaml';

/** Everything that is wrong with the numbers. */
export function orchestratorProblem({
  tokens,
  rateLimit,
}: Pick<OrchestratorPolicy, 'tokens' | 'rateLimit'>): Problem | undefined {
  const { requestsPerSecond = 10, burst = 20 } = rateLimit;
  return (
    podTokenProblem(tokens) ??
    (requestsPerSecond > 0 && requestsPerSecond <= 10_000
      ? undefined
      : {
          message: `${requestsPerSecond} requests a second are no limit`,
          fix: 'write a number above 0, 10000 at most',
        }) ??
    (Number.isInteger(burst) && burst >= Math.ceil(requestsPerSecond) && burst <= 100_000
      ? undefined
      : {
          message: `a burst of ${burst} with ${requestsPerSecond} requests a second`,
          fix: 'write a whole number, as many as in a second at least, 100000 at most',
        })
  );
}

/**
 * The policy as the orchestrator reads it.
 * @throws InvalidValueError for what orchestratorProblem() names, and for two subjects of one name
 */
export function orchestratorPolicy(policy: OrchestratorPolicy): string {
  const { tokens, rateLimit, subjects, containers } = policy;
  const problem = orchestratorProblem(policy) ?? duplicateProblem(subjects);
  if (problem !== undefined) throw new InvalidValueError(problem);
  const { registries } = containers;
  return yamlText({
    schemaVersion: 1,
    tokenValidation: {
      // A review asks the API server, which knows that the pod of a bound token is gone.
      method: 'TokenReview',
      onEveryRequest: true,
      audiences: [tokens.audience],
      maximumLifetimeSeconds: tokens.lifetime ?? LONGEST_TOKEN,
      rejectUnbound: true,
    },
    authorization: {
      default: 'deny',
      subjects: [...subjects]
        .sort((a, b) => (a.user < b.user ? -1 : 1))
        .map(({ user, workspace, tools }) => ({ user, workspace, tools: [...tools].sort() })),
    },
    rateLimit: {
      per: 'subject',
      requestsPerSecond: rateLimit.requestsPerSecond ?? 10,
      burst: rateLimit.burst ?? 20,
      whenExceeded: 'reject',
    },
    containerValidation: {
      default: 'deny',
      rules: WORKLOAD_RULES.map(({ id }) => id),
      ...(registries === undefined ? {} : { registries: [...registries] }),
    },
  });
}

/** The policy as a ConfigMap. */
export function orchestratorPolicyConfigMap(
  policy: OrchestratorPolicy,
  { name, namespace }: { readonly name: string; readonly namespace: string },
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
    data: { [ORCHESTRATOR_POLICY_FILE]: orchestratorPolicy(policy) },
  };
}

function duplicateProblem(subjects: readonly OrchestratorSubject[]): Problem | undefined {
  const users = subjects.map(({ user }) => user);
  const twice = users.find((user, index) => users.indexOf(user) !== index);
  if (twice === undefined) return undefined;
  return {
    message: `${quoted(twice)} stands for two workspaces`,
    fix: 'give the agents of each workspace a service account of their own',
  };
}
