import type { Finding } from '../finding';
import { isInside } from '../synth/nearest';
import type { Platform } from './platform';
import type { Workspace } from './workspace';

/** Namespaces that two parts of a program claim for themselves, and those whose pods may do more than others. */
export function namespaceFindings(platform: Platform): readonly Finding[] {
  return [...contradictions(platform), ...intruders(platform), ...podSecurityExemptions(platform)];
}

/** A namespace that was declared twice with settings of its own: one of the two would be dropped silently. */
function contradictions(platform: Platform): readonly Finding[] {
  const found: Finding[] = [];
  for (const managed of platform.managedNamespaces) {
    for (const construct of managed.contradictions) {
      found.push({
        rule: 'shared-namespace',
        severity: 'error',
        where: { construct: construct.node.path },
        message: `namespace '${managed.namespace}' is already declared at ${managed.node.path}`,
        fix: "give each its own namespace, or isolate workspaces that share one with isolation: 'label'",
      });
    }
  }
  return found;
}

/** Components in a namespace that a workspace has to itself, but that are not part of the workspace. */
function intruders(platform: Platform): readonly Finding[] {
  const owners = new Map<string, Workspace>();
  for (const workspace of platform.workspaces) {
    if (workspace.isolation === 'namespace') owners.set(workspace.podNamespace, workspace);
  }
  return platform.components.flatMap((component): Finding[] => {
    const owner = component.managed ? owners.get(component.namespace) : undefined;
    if (owner === undefined || isInside(component, owner)) return [];
    return [
      {
        rule: 'shared-namespace',
        severity: 'error',
        where: { construct: component.node.path },
        message: `'${component.title}' is in namespace '${component.namespace}', which workspace '${owner.workspaceId}' has to itself`,
        fix: 'give it another namespace, or create it below the workspace',
      },
    ];
  });
}

function podSecurityExemptions(platform: Platform): readonly Finding[] {
  return [...platform.managedNamespaces].flatMap(({ namespace, podSecurity, node }): readonly Finding[] => {
    if (podSecurity === undefined) return [];
    const { level, reason } = podSecurity;
    return [
      {
        rule: 'pod-security-exemption',
        severity: 'info',
        where: { construct: node.path },
        message: `pods of namespace '${namespace}' may do what Pod Security '${level}' allows: ${reason}`,
        fix: 'remove podSecurity once they can do without',
      },
    ];
  });
}
