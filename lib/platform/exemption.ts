import type { Exemption } from '../render/network/dialect';
import type { Component } from './component';
import type { Platform } from './platform';

/**
 * Pods of a namespace that its default deny leaves out, because they only observe. Asked at synthesis, so that it does
 * not matter whether the namespace or the component was declared first.
 */
export function exemptions(platform: Platform, namespace: string): readonly Exemption[] {
  const values = new Map<string, string[]>();
  for (const component of platform.componentsIn(namespace)) {
    if (!component.managed || component.stage !== 'observe') continue;
    const [label, value] = exemptLabel(platform, component) ?? [];
    if (label === undefined || value === undefined) continue;
    const list = values.get(label);
    if (list === undefined) values.set(label, [value]);
    else list.push(value);
  }
  return [...values].map(([label, list]) => ({ label, values: list }));
}

/**
 * The label by which a default deny can leave out exactly the pods that observe. A selector leaves out the values of a
 * label, not a combination of labels: so it is the component's only label, or that of a workspace that observes as a
 * whole; undefined if neither tells the pods apart.
 */
export function exemptLabel(platform: Platform, component: Component): readonly [string, string] | undefined {
  const labels = Object.entries(component.selector ?? {});
  if (labels.length === 1) return labels[0];
  const workspace = labels.find(([key]) => key === platform.labelScheme.workspace);
  return workspace !== undefined && platform.observes(component.namespace, workspace[1]) ? workspace : undefined;
}
