import type { Finding, Problem, Severity } from '../finding';
import type { Component } from './component';
import { exemptLabel } from './exemption';
import type { ManagedNamespace } from './managed-namespace';
import type { Platform } from './platform';

/** Pods and namespaces whose stage cannot be what was said. */
export function stageFindings(platform: Platform): readonly Finding[] {
  const observing = platform.components.filter(({ managed, stage }) => managed && stage === 'observe');
  return [
    ...observing.flatMap((component) => heldBack(platform, component)),
    ...observing.flatMap((component) => deniedAnyway(platform, component)),
    ...[...platform.managedNamespaces].flatMap((namespace) => namespaceHeldBack(platform, namespace)),
  ];
}

function found(rule: string, construct: string, { message, fix }: Problem, severity: Severity): Finding {
  return { rule, severity, where: { construct }, message, fix };
}

const WAYS_OUT = "set the stage to 'enforce', or use the cilium dialect to observe first";

function heldBack(platform: Platform, component: Component): readonly Finding[] {
  const { dialect } = platform;
  if (dialect.canObserve) return [];
  const message = `'${component.title}' is in the observe stage, which the dialect '${dialect.name}' cannot express, so its policy is held back and nothing is enforced`;
  return [found('policy-held-back', component.node.path, { message, fix: WAYS_OUT }, 'warning')];
}

/** A namespace whose components are held back has been reported with each of them. */
function namespaceHeldBack(platform: Platform, { namespace, stage, node }: ManagedNamespace): readonly Finding[] {
  const { dialect } = platform;
  if (stage !== 'observe' || dialect.canObserve || !platform.deniesByDefault) return [];
  if (platform.componentsIn(namespace).some((component) => component.managed && component.stage === 'observe')) {
    return [];
  }
  const message = `namespace '${namespace}' is in the observe stage, which the dialect '${dialect.name}' cannot express, so its default deny is held back`;
  return [found('policy-held-back', node.path, { message, fix: WAYS_OUT }, 'warning')];
}

function deniedAnyway(platform: Platform, component: Component): readonly Finding[] {
  const { namespace, title, node } = component;
  const managed = platform.managedNamespace(namespace);
  if (managed === undefined || managed.stage === 'observe' || !platform.deniesByDefault) return [];
  if (exemptLabel(platform, component) !== undefined) return [];
  const message = `'${title}' only observes, but the default deny of namespace '${namespace}' enforces and cannot leave its pods out: that takes one label that no other pods carry`;
  const fix = 'select its pods by a single label, or let the whole workspace or namespace observe';
  return [found('observing-denied', node.path, { message, fix }, 'error')];
}
