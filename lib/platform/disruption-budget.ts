import type { Workload } from 'cdk8s-plus-28';
import { disruptionBudgetSpec } from '../render/workload/disruption';
import { ManifestObject } from '../synth/manifest-object';
import type { Component } from './component';
import type { Platform } from './platform';

/** Gives a workload with replicas a PodDisruptionBudget; one replica alone would only be in the way of whoever drains. */
export function addDisruptionBudget(component: Component, platform: Platform, workload: Workload): void {
  const { replicas } = workload as { readonly replicas?: number };
  if (replicas === undefined || replicas < 2) return;
  new ManifestObject(component, `disruption-budget-${workload.node.addr}`, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    name: workload.name,
    namespace: component.namespace,
    file: platform.file('disruption-budgets.yaml'),
    render: () => ({ spec: disruptionBudgetSpec(workload.matchLabels) }),
  });
}
