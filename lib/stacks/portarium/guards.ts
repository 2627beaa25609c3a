import type { Finding } from '../../finding';
import { DEFAULT_EGRESS_SETTINGS, type EgressSettings } from '../../model/egress-settings';
import type { Component } from '../../platform/component';
import type { Workspace } from '../../platform/workspace';
import { guardConfig, guardKeys } from '../../render/egress/guard-config';
import { ManifestObject } from '../../synth/manifest-object';
import type { Portarium } from './portarium';

/** Name of the guards' configuration in the namespace of each workspace. */
const GUARD_CONFIG = 'egress-policy';

/**
 * Tells guards inside the processes of a workspace what its network policies enforce: the same list, from the same
 * edges. Guards of a workspace that only observes observe as well.
 */
export function informGuards(
  portarium: Portarium,
  workspace: Workspace,
  plane: Component,
  settings: Partial<EgressSettings>,
): void {
  const { agents, workspaceId, isolation, podNamespace, stage } = workspace;
  const name = isolation === 'label' ? `${workspaceId}-${GUARD_CONFIG}` : GUARD_CONFIG;
  const pods = [
    { name: 'agent', component: agents },
    { name: 'execution-plane', component: plane },
  ];
  for (const { name: kind, component } of pods) component.readsVariables({ configMap: name, keys: guardKeys(kind) });
  const all = { ...DEFAULT_EGRESS_SETTINGS, ...settings };
  if (!all.enforce) {
    const { path: declaredAt } = workspace.node;
    portarium.addGrant({ kind: 'observe', workspace: workspaceId, layer: 'guards', declaredAt });
  }
  const held = { ...all, enforce: all.enforce && stage === 'enforce' };
  new ManifestObject(workspace, 'egress-policy', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name,
    namespace: podNamespace,
    file: portarium.file(`workspaces/${workspaceId}/egress-policy.yaml`),
    fields: ['data'],
    // Late, since edges may be added to a ready-made platform.
    render: () => ({
      data: guardConfig(
        held,
        pods.map(({ name: kind, component }) => ({ name: kind, egress: component.connections.egress })),
        portarium.cluster.domain,
      ),
    }),
  });
  if (held.enforce) portarium.addFindings(() => pods.flatMap(({ component }) => unlisted(component)));
}

/** A list of hosts cannot say that everything is allowed. */
function unlisted({ connections, title, node }: Component): readonly Finding[] {
  if (!connections.egress.some(({ to }) => to.peer.kind === 'internet')) return [];
  return [
    {
      rule: 'egress-guard',
      severity: 'warning',
      where: { construct: node.path },
      message: `'${title}' may reach the internet as a whole, which the list for guards cannot say, so that they stop it`,
      fix: 'name the hosts that it needs',
    },
  ];
}
