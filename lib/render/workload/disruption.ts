import type { Problem } from '../../finding';
import { at, field, textMap } from '../../kube/field';
import { formatObject, type KubeObject } from '../../kube/object';
import { podTemplate } from '../../kube/pod';
import { type LabelSelector, matchesSelector } from '../../kube/selector';
import type { Labels } from '../../model/label';

/**
 * `spec` of a PodDisruptionBudget: nodes are drained one replica at a time.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
 */
export function disruptionBudgetSpec(matchLabels: Labels): Readonly<Record<string, unknown>> {
  return { maxUnavailable: 1, selector: { matchLabels } };
}

/**
 * What is wrong with a workload of more than one replica that no budget of its namespace selects: whoever drains nodes may
 * take all of them at once. Undefined for others.
 * @param budgets asked for only where there are replicas
 */
export function disruptionProblem(workload: KubeObject, budgets: () => readonly KubeObject[]): Problem | undefined {
  const replicas = at(workload, 'spec', 'replicas');
  const template = podTemplate(workload);
  if (template === undefined || typeof replicas !== 'number' || replicas < 2) return undefined;
  const { apiVersion, kind, metadata } = workload;
  const labels = textMap(template.labels);
  const isSelected = (budget: KubeObject) => {
    const selector = field(field(budget, 'spec'), 'selector');
    return (
      budget.metadata.namespace === metadata.namespace && matchesSelector((selector ?? {}) as LabelSelector, labels)
    );
  };
  if (budgets().some(isSelected)) return undefined;
  return {
    message: `nothing keeps one of the ${replicas} replicas of ${formatObject({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name })} up while nodes are drained`,
    fix: 'let its component govern it, which adds a PodDisruptionBudget, or add one',
  };
}
