/** A named expression of a policy, for expressions behind it. */
export interface CelVariable {
  readonly name: string;
  readonly expression: string;
}

const TEMPLATE =
  "object.kind == 'Pod' ? object : object.kind == 'CronJob' ? object.spec.jobTemplate.spec.template : object.spec.template";

/**
 * What the expressions of workload rules start from. Neither optional values nor macros of Kubernetes: the same text runs
 * in the API server, in Kyverno and in tests.
 *
 * - `pod`: the spec of the pods
 * - `podSecurity`: the security context of the pods, empty if there is none
 * - `annotations`: of the pods
 * - `volumes`: of the pods
 * - `owned`: containers that start with the pod
 * - `containers`: these, and the ephemeral ones that somebody adds to a running pod
 */
export const CEL_VARIABLES: readonly CelVariable[] = Object.freeze([
  { name: 'template', expression: TEMPLATE },
  { name: 'pod', expression: 'variables.template.spec' },
  { name: 'podSecurity', expression: 'has(variables.pod.securityContext) ? variables.pod.securityContext : {}' },
  {
    name: 'annotations',
    expression:
      'has(variables.template.metadata) && has(variables.template.metadata.annotations) ? variables.template.metadata.annotations : {}',
  },
  { name: 'volumes', expression: listOr('volumes') },
  { name: 'owned', expression: `variables.pod.containers + (${listOr('initContainers')})` },
  { name: 'containers', expression: `variables.owned + (${listOr('ephemeralContainers')})` },
]);

function listOr(field: string): string {
  return `has(variables.pod.${field}) ? variables.pod.${field} : []`;
}

/** Holds if a chain of fields is there: `has(c.a) && has(c.a.b)`. */
export function hasAll(root: string, ...path: readonly string[]): string {
  const chain = path.map((_, index) => `has(${[root, ...path.slice(0, index + 1)].join('.')})`);
  return chain.join(' && ');
}

/** What a container says in its security context, or else its pod, or else a literal. */
export function effective(field: string, otherwise: string): string {
  const own = `${hasAll('c', 'securityContext', ...field.split('.'))} ? c.securityContext.${field}`;
  const shared = `${hasAll('variables.podSecurity', ...field.split('.'))} ? variables.podSecurity.${field}`;
  return `(${own} : (${shared} : ${otherwise}))`;
}
