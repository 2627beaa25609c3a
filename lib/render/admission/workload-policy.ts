import { CEL_VARIABLES } from '../../kube/workload-rule/cel';
import { WORKLOAD_RULES } from '../../kube/workload-rule/index';
import type { RuleSettings } from '../../kube/workload-rule/rule';
import { celString } from '../tools/cel-string';
import type { AdmissionPolicy, MatchCondition, ResourceRule } from './admission-policy';
import { type Deployer, IS_WORKLOAD_CONTROLLER, isDeployer } from './requester';

const CHANGES = ['CREATE', 'UPDATE'] as const;

/** Pods, what makes them, and the containers that somebody adds to running ones. */
export const WORKLOAD_RESOURCES: readonly ResourceRule[] = [
  {
    apiGroups: [''],
    apiVersions: ['v1'],
    operations: CHANGES,
    resources: ['pods', 'pods/ephemeralcontainers', 'replicationcontrollers'],
  },
  {
    apiGroups: ['apps'],
    apiVersions: ['v1'],
    operations: CHANGES,
    resources: ['deployments', 'statefulsets', 'daemonsets', 'replicasets'],
  },
  { apiGroups: ['batch'], apiVersions: ['v1'], operations: CHANGES, resources: ['jobs', 'cronjobs'] },
];

/** A workload that may break a rule. */
export interface AdmissionExemption {
  readonly rule: string;
  readonly namespace: string;
  readonly name: string;
}

export interface WorkloadPolicyOptions extends RuleSettings {
  readonly deployer: Deployer;
  readonly exemptions: readonly AdmissionExemption[];
}

/** One policy for each rule about workloads. */
export function workloadPolicies(options: WorkloadPolicyOptions): readonly AdmissionPolicy[] {
  return WORKLOAD_RULES.map((rule) => {
    const exempt = options.exemptions.filter((exemption) => exemption.rule === rule.id);
    return {
      name: `portcullis-${rule.id}`,
      title: rule.title,
      resources: WORKLOAD_RESOURCES,
      conditions: exempt.length === 0 ? [] : [exemptionCondition(exempt, options.deployer)],
      variables: CEL_VARIABLES,
      validations: rule.validations(options),
      asksWho: exempt.length > 0,
    };
  });
}

/**
 * Leaves out exempted workloads and what they are made into. A name is a claim, so it counts only if the deployer sends the
 * request, or a controller that makes pods of a workload which the deployer was let in with.
 */
function exemptionCondition(exemptions: readonly AdmissionExemption[], deployer: Deployer): MatchCondition {
  const named = [...exemptions]
    .sort((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name))
    .map(({ namespace, name }) => `(request.namespace == ${celString(namespace)} && ${isNamed(name)})`);
  const who = `(${isDeployer(deployer)} || ${IS_WORKLOAD_CONTROLLER})`;
  return { name: 'not-exempt', expression: `!(${who} && (${named.join(' || ')}))` };
}

/** What a workload makes has its name, a dash and something random; before it has a name, only the beginning. */
function isNamed(name: string): string {
  const [whole, begin] = [celString(name), celString(`${name}-`)];
  const byName = `has(object.metadata.name) && (object.metadata.name == ${whole} || object.metadata.name.startsWith(${begin}))`;
  const byBeginning = `has(object.metadata.generateName) && object.metadata.generateName.startsWith(${begin})`;
  return `((${byName}) || (${byBeginning}))`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
