import { formatObject } from '../../kube/object';
import { podTemplate } from '../../kube/pod';
import { WORKLOAD_RULES } from '../../kube/workload-rule/index';
import type { WorkloadRule } from '../../kube/workload-rule/rule';
import type { Analysis } from '../analysis';
import type { Rule, RuleFinding } from './rule';

/** The level that the API server itself holds pods of a namespace to. */
const ENFORCED = 'pod-security.kubernetes.io/enforce';

/**
 * The rules of the workload baseline over manifests of anybody. An error in namespaces that are held to Pod Security
 * `restricted`, where somebody promised more; a warning elsewhere.
 */
export const WORKLOAD_CHECKS: readonly Rule[] = WORKLOAD_RULES.map(checkOf);

function checkOf({ id, title, find }: WorkloadRule): Rule {
  return {
    id,
    severity: 'warning',
    title,
    *check({ manifests }: Analysis): Iterable<RuleFinding> {
      const { workloads = [], registries } = manifests.pods ?? {};
      const settings = registries === undefined ? {} : { registries };
      const restricted = new Set(
        manifests.namespaces.flatMap(({ name, labels }) => (labels[ENFORCED] === 'restricted' ? [name] : [])),
      );
      for (const { object, source } of workloads) {
        const template = podTemplate(object);
        if (template === undefined) continue;
        const { apiVersion, kind, metadata } = object;
        const { namespace = 'default', name } = metadata;
        const where = formatObject({ apiVersion, kind, namespace: metadata.namespace, name });
        for (const { path, message, fix } of find(template, settings)) {
          yield {
            at: { object: where, source, path: [...template.path, 'spec', ...path] },
            message,
            fix,
            ...(restricted.has(namespace) ? { severity: 'error' as const } : {}),
          };
        }
      }
    },
  };
}
