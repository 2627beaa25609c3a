import type { Finding, Problem } from '../finding';
import type { Edge, EdgeEnd } from '../model/edge';
import { labelsKey } from '../model/label';
import type { Component } from './component';
import { namespaceFindings } from './namespace-finding';
import type { Platform } from './platform';

/** Everything that is wrong with what a platform's constructs say together. */
export function platformFindings(platform: Platform): readonly Finding[] {
  return [
    ...egressOnly(platform),
    ...platform.edges.all().flatMap((edge) => edgeFindings(platform, edge)),
    ...platform.components.flatMap((component) => heldBack(platform, component)),
    ...overlaps(platform),
    ...namespaceFindings(platform),
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

function edgeFindings(platform: Platform, edge: Edge): readonly Finding[] {
  const named = `${edge.from.title} → ${edge.to.title}`;
  const found = platform.dialect
    .refusals(edge)
    .map(({ rule, message, fix }) => finding(rule, edge.declaredAt, { message: `${named}: ${message}`, fix }));
  for (const end of [edge.from, edge.to]) {
    if (!isDeadEnd(platform, end)) continue;
    found.push(
      finding('dead-end', edge.declaredAt, {
        message: `${named}: namespace '${namespaceOf(end)}' is denied by default, and no component of the program governs ${end.title}`,
        fix: 'declare these pods as a managed Service, so that the edge is rendered at their end too',
      }),
    );
  }
  return found;
}

/** An end in a namespace that we deny by default but for which we render no policy: the edge could never carry. */
function isDeadEnd(platform: Platform, end: EdgeEnd): boolean {
  const namespace = namespaceOf(end);
  if (namespace === undefined || end.managed || !platform.deniesByDefault) return false;
  return platform.managedNamespace(namespace) !== undefined;
}

function namespaceOf({ peer }: EdgeEnd): string | undefined {
  return peer.kind === 'pods' || peer.kind === 'namespace' ? peer.namespace : undefined;
}

function heldBack(platform: Platform, component: Component): readonly Finding[] {
  if (!component.managed || component.stage !== 'observe' || platform.dialect.canObserve) return [];
  return [
    finding(
      'policy-held-back',
      component.node.path,
      {
        message: `'${component.title}' is in the observe stage, which the dialect '${platform.dialect.name}' cannot express, so its policy is held back and nothing is enforced`,
        fix: "set the stage to 'enforce', or use the cilium dialect to observe first",
      },
      'warning',
    ),
  ];
}

/**
 * Components whose policies select the same pods. Policies are a union, so those pods may do what either allows, and
 * neither policy says what it seems to say.
 */
function overlaps(platform: Platform): readonly Finding[] {
  const found: Finding[] = [];
  const byNamespace = new Map<string, Component[]>();
  for (const component of platform.components) {
    if (component.selector === undefined || !component.managed) continue;
    const list = byNamespace.get(component.namespace);
    if (list === undefined) byNamespace.set(component.namespace, [component]);
    else list.push(component);
  }
  for (const components of byNamespace.values()) {
    for (const [first, second] of overlappingPairs(components)) found.push(overlap(platform, first, second));
  }
  return found;
}

function overlap(platform: Platform, selected: Component, by: Component): Finding {
  const message = `the pods of '${selected.title}' are also selected by '${by.title}' (${by.node.path}), so they may do what either policy allows`;
  const fix = 'give the two components labels that tell them apart, or make them one component';
  // An egress-only platform renders somebody's policies as they were written, overlaps included.
  const severity = platform.deniesByDefault ? 'error' : 'warning';
  return finding('overlapping-components', selected.node.path, { message, fix }, severity);
}

/**
 * Pairs where the second one's selector matches the labels that the first one's pods carry. Linear in the number of
 * components for each distinct set of selector keys.
 */
function overlappingPairs(components: readonly Component[]): readonly (readonly [Component, Component])[] {
  const byKeys = new Map<string, { keys: readonly string[]; components: Map<string, Component[]> }>();
  for (const component of components) {
    const keys = Object.keys(component.selector ?? {}).sort();
    const group = byKeys.get(keys.join()) ?? { keys, components: new Map() };
    byKeys.set(keys.join(), group);
    const values = labelsKey(component.selector ?? {});
    group.components.set(values, [...(group.components.get(values) ?? []), component]);
  }
  const pairs: (readonly [Component, Component])[] = [];
  for (const component of components) {
    for (const { keys, components: selecting } of byKeys.values()) {
      const carried = Object.fromEntries(keys.map((key) => [key, component.podLabels[key] ?? '']));
      for (const other of selecting.get(labelsKey(carried)) ?? []) {
        if (isNewPair(component, other)) pairs.push([component, other]);
      }
    }
  }
  return pairs;
}

/** Two components with equal selectors meet twice; the pair is reported once. */
function isNewPair(component: Component, other: Component): boolean {
  if (component === other) return false;
  const mutual = labelsKey(component.selector ?? {}) === labelsKey(other.selector ?? {});
  return !mutual || component.node.path < other.node.path;
}
