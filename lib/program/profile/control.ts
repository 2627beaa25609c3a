import type { Environment } from '../../environment/environment';
import type { SecurityTool } from '../../model/tool-profile';

/**
 * Something that is kept from happening, the tool that keeps it where it is on, and what keeps it where it is off.
 * @see seed 002 (mandatory baseline, optional tools, graceful degradation)
 */
export interface Control {
  readonly name: string;
  /** `baseline` is always on. */
  readonly tool: SecurityTool | 'baseline';
  /** What the tool does for it; undefined if the tool would be on and not do it. */
  readonly held: (environment: Environment) => string | undefined;
  /** What does it without the tool; undefined for nothing. */
  readonly otherwise: (environment: Environment) => string | undefined;
}

const always = (text: string) => () => text;

const HARDENING = 'Container hardening, rendered into every workload, and Pod Security restricted';
const BUILT_IN = "Orchestrator's built-in policy";

/** Admission policies that refuse; in audit mode they only warn. */
function admission({ portarium, tools }: Environment): string | undefined {
  const { admission: settings } = portarium ?? {};
  if (settings === undefined || settings.mode === 'audit') return undefined;
  return tools.kyverno ? 'Kyverno' : 'ValidatingAdmissionPolicy of the API server';
}

/** What the same policies are without Kyverno: the API server's own, if anything is rendered at all. */
function native(environment: Environment): string | undefined {
  return admission({ ...environment, tools: { ...environment.tools, kyverno: false } });
}

function registries({ portarium }: Environment): string | undefined {
  return portarium?.registries === undefined ? undefined : 'approved registries';
}

/** Everything that the documents promise, in their order. */
export const CONTROLS: readonly Control[] = [
  baseline('Container hardening', `${HARDENING}; there is no switch`),
  baseline('Secrets only as files', 'Finding of the baseline: an environment variable from a Secret stops the run'),
  baseline('Token validation', 'Orchestrator: TokenReview of every request, tokens of an hour at most for it alone'),
  baseline('Orchestrator policy', `${BUILT_IN}: default deny, rate limits, container validation`),
  decision('Task authorization', 'tools of each workspace'),
  decision('Communication scope', 'subjects of each workspace; network policies let agents reach no other agents'),
  decision('Secret access', 'subjects of each workspace; network policies let nobody else reach the vault'),
  decision('Delegation approval', 'what is not listed is denied'),
  decision('Cross-namespace access', 'one workspace for each subject; namespaces are denied by default'),
  admitted('Resource limits', 'ResourceQuota and LimitRange of each workspace'),
  admitted('No host mounts', 'Pod Security restricted refuses hostPath'),
  {
    name: 'Approved images only',
    tool: 'kyverno',
    held: (environment) => admission(environment) && registries(environment) && 'Refuses images from other registries',
    otherwise: (environment) => {
      const approved = registries(environment);
      if (approved === undefined) return undefined;
      return `${native(environment) ?? "Orchestrator's container validation"}: ${approved}`;
    },
  },
  admitted('No privileged containers', 'Pod Security restricted refuses privileged pods and namespaces of the node'),
  {
    name: 'Distroless images',
    tool: 'kyverno',
    held: ({ portarium }) =>
      portarium?.admission?.distroless === undefined
        ? undefined
        : portarium.admission.distroless.provenance === undefined
          ? 'Refuses images whose manifest names no approved base, as their builder asserts'
          : 'Refuses images whose signed provenance names no approved base',
    otherwise: (environment) => registries(environment) && `Only ${registries(environment)}; ${HARDENING}`,
  },
  {
    name: 'Nobody but the deployer changes policies, or claims trusted labels',
    tool: 'kyverno',
    held: (environment) =>
      admission(environment) && 'Guards of policies, namespaces, labels, service accounts and tokens',
    otherwise: native,
  },
  {
    name: 'Egress only where an edge says so',
    tool: 'cilium',
    held: always('CiliumNetworkPolicy, by host name too'),
    otherwise: always('NetworkPolicy, by address'),
  },
  {
    name: 'Identity of workloads',
    tool: 'spire',
    held: always('SPIFFE identities, mutual TLS to the control plane'),
    otherwise: (environment) =>
      `Tokens for the control plane alone${native(environment) === undefined ? '' : '; guarded service accounts'}`,
  },
  {
    name: 'Traffic inspection and rate limits',
    tool: 'envoy',
    held: () => undefined,
    otherwise: always(`${BUILT_IN}: rate limits; default deny in both directions`),
  },
  {
    name: 'Container escape detection',
    tool: 'falco',
    held: () => undefined,
    otherwise: always(`${HARDENING}: prevented as far as that goes, not detected`),
  },
];

function baseline(name: string, text: string): Control {
  return { name, tool: 'baseline', held: always(text), otherwise: always('Cannot be off') };
}

function decision(name: string, builtIn: string): Control {
  return {
    name,
    tool: 'opa',
    held: always('OPA decides, with its reason and the version of its policy'),
    otherwise: always(`${BUILT_IN}: ${builtIn}`),
  };
}

function admitted(name: string, otherwise: string): Control {
  return {
    name,
    tool: 'kyverno',
    held: (environment) => admission(environment) && 'Refuses what breaks the rule',
    otherwise: (environment) => [native(environment), otherwise].filter((text) => text !== undefined).join('; '),
  };
}
