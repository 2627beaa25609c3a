import type { PolicyResource, StackValidationPolicy } from '@pulumi/policy';
import { RULES } from '../analysis/rules/index';
import type { Severity } from '../finding';
import { type StackFinding, stackFindings } from './stack-finding';
import { stackClusters } from './stack-object';

/** Policies that hold what belongs to no rule's own, by severity. */
const OTHERS: Readonly<Record<Severity, { readonly name: string; readonly description: string }>> = {
  error: {
    name: 'other-errors',
    description: 'Objects that cannot be read, and findings of rules whose other findings are less severe',
  },
  warning: {
    name: 'other-warnings',
    description: 'What may be wrong, and findings of rules whose other findings are more or less severe',
  },
  info: {
    name: 'notes',
    description: 'What a reviewer should know, such as values that are not known before the update',
  },
};

/**
 * The rules of `portcullis check` as CrossGuard policies, which look at everything that a stack is about to deploy,
 * whoever wrote the program. Errors stop the update, warnings and notes are shown.
 *
 * Each rule is a policy with its id, so that a policy group can turn it off or make it stricter.
 * @see https://www.pulumi.com/docs/insights/policy/
 * @example
 * new PolicyPack('portcullis', { policies: portcullisPolicies() });
 */
export function portcullisPolicies(): StackValidationPolicy[] {
  const findings = remembered();
  const rules = new Map(RULES.map(({ id, severity }) => [id, severity]));
  return [
    ...RULES.map(({ id, title, severity }) =>
      policy(id, title, severity, findings, ({ finding }) => finding.rule === id && finding.severity === severity),
    ),
    ...(['error', 'warning', 'info'] as const).map((severity) => {
      const { name, description } = OTHERS[severity];
      const isOther = ({ finding }: StackFinding) =>
        finding.severity === severity && rules.get(finding.rule) !== severity;
      return policy(name, description, severity, findings, isOther);
    }),
  ];
}

type Findings = (resources: readonly PolicyResource[]) => readonly StackFinding[];

function policy(
  name: string,
  description: string,
  severity: Severity,
  findingsOf: Findings,
  belongs: (finding: StackFinding) => boolean,
): StackValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: severity === 'error' ? 'mandatory' : 'advisory',
    severity: SEVERITIES[severity],
    validateStack: ({ resources }, report) => {
      for (const { finding, urn } of findingsOf(resources).filter(belongs)) {
        const rule = finding.rule === name ? '' : ` (${finding.rule})`;
        report(`${finding.message}; ${finding.fix}${rule}`, urn);
      }
    },
  };
}

const SEVERITIES = { error: 'high', warning: 'medium', info: 'low' } as const;

/** Every policy is asked about the same stack, with resources that were read anew; the analysis is made once. */
function remembered(): Findings {
  let known: { readonly key: string; readonly findings: readonly StackFinding[] } | undefined;
  return (resources) => {
    const clusters = stackClusters(resources);
    const key = JSON.stringify(clusters);
    if (known?.key !== key) known = { key, findings: stackFindings(clusters) };
    return known.findings;
  };
}
