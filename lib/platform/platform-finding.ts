import type { Finding, Problem } from '../finding';
import type { Labels } from '../model/label';
import { byText, sortShort } from '../model/short-list';
import type { Component } from './component';
import { dnsFindings } from './dns-finding';
import { edgeFindings } from './edge-finding';
import { identityFindings } from './identity-finding';
import { l7Findings } from './l7-finding';
import { namespaceFindings } from './namespace-finding';
import { neighboursOf } from './neighbour';
import type { Platform } from './platform';
import { stageFindings } from './stage-finding';

/** Everything that is wrong with what a platform's constructs say together. */
export function platformFindings(platform: Platform): readonly Finding[] {
  return [
    ...egressOnly(platform),
    ...edgeFindings(platform, platform.edges.all()),
    ...dnsFindings(platform),
    ...stageFindings(platform),
    ...overlaps(platform),
    ...l7Findings(platform),
    ...namespaceFindings(platform),
    ...identityFindings(platform),
  ];
}

function finding(rule: string, construct: string, problem: Problem, severity: Finding['severity'] = 'error'): Finding {
  return { rule, severity, where: { construct }, message: problem.message, fix: problem.fix };
}

function egressOnly(platform: Platform): readonly Finding[] {
  if (platform.deniesByDefault) return [];
  const message =
    'only egress policies are rendered, without a default deny: pods that no policy selects stay open, and so does ingress';
  const fix = 'use this output for comparison only; leave directions at their default for a cluster';
  return [finding('egress-only', platform.node.path, { message, fix }, 'warning')];
}

/**
 * Components whose policies select the same pods, those of the app's other platforms among them. Policies are a union,
 * so those pods may do what either allows, and neither policy says what it seems to say.
 */
function overlaps(platform: Platform): readonly Finding[] {
  const namespaces = new Set(platform.components.filter(isSelecting).map(({ namespace }) => namespace));
  const neighbours = neighboursOf(platform);
  return [...namespaces].flatMap((namespace) => {
    const components = neighbours.flatMap((neighbour) => neighbour.componentsIn(namespace).filter(isSelecting));
    const pairs = overlappingPairs(components);
    if (pairs.length === 0) return [];
    const own = new Set(platform.componentsIn(namespace));
    return pairs.filter(([selected]) => own.has(selected)).map(([selected, by]) => overlap(platform, selected, by));
  });
}

function isSelecting({ selector, managed }: Component): boolean {
  return managed && selector !== undefined;
}

function overlap(platform: Platform, selected: Component, by: Component): Finding {
  const message = `the pods of '${selected.title}' are also selected by '${by.title}' (${by.node.path}), so they may do what either policy allows`;
  const fix = 'give the two components labels that tell them apart, or make them one component';
  // An egress-only platform renders somebody's policies as they were written, overlaps included.
  const severity = platform.deniesByDefault ? 'error' : 'warning';
  return finding('overlapping-components', selected.node.path, { message, fix }, severity);
}

interface SelectorGroup {
  readonly keys: readonly string[];
  /** For each set of values of these keys, the first component that selects by it. */
  readonly byValues: Map<string, Component>;
}

/**
 * Pairs where the second one's selector matches the labels that the first one's pods carry. Of components that select
 * alike, each is paired with the first alone: ten thousand of them are ten thousand findings, not fifty million.
 * Linear in the number of components for each distinct set of selector keys.
 */
function overlappingPairs(components: readonly Component[]): readonly (readonly [Component, Component])[] {
  const groups = [...selectorGroups(components).values()];
  const pairs: (readonly [Component, Component])[] = [];
  for (const component of components) {
    for (const { keys, byValues } of groups) {
      const carried = valuesOf(keys, component.podLabels);
      const first = carried === undefined ? undefined : byValues.get(carried);
      if (first !== undefined && first !== component) pairs.push([component, first]);
    }
  }
  return pairs;
}

/** Text that two sets of labels share exactly when they have the same values of these keys; undefined without one. */
function valuesOf(keys: readonly string[], labels: Labels): string | undefined {
  let text = '';
  for (const key of keys) {
    if (!Object.hasOwn(labels, key)) return undefined;
    // No value holds a comma.
    text += `${labels[key]},`;
  }
  return text;
}

function selectorGroups(components: readonly Component[]): ReadonlyMap<string, SelectorGroup> {
  const groups = new Map<string, SelectorGroup>();
  for (const component of components) {
    const selector = component.selector ?? {};
    const keys = sortShort(Object.keys(selector), byText);
    const name = keys.join();
    let group = groups.get(name);
    if (group === undefined) {
      group = { keys, byValues: new Map() };
      groups.set(name, group);
    }
    const values = valuesOf(keys, selector) as string;
    if (!group.byValues.has(values)) group.byValues.set(values, component);
  }
  return groups;
}
