import type { Workspace } from '../../platform/workspace';
import { type ToolPolicy, toolPolicy, toolPolicyConfigMap, toolPolicyFile } from '../../render/tools/tool-policy';
import { ManifestDocument } from '../../synth/manifest-document';
import { renderedObject } from '../../synth/rendered-object';
import type { Portarium } from './portarium';
import type { PortariumWorkspace } from './settings';

/** The file for `portarium policy create`, below the output directory. */
export function toolPolicyPath(workspaceId: string): string {
  return `workspaces/${workspaceId}/tool-allowlist.json`;
}

/**
 * The tools that a workspace's agents may ask for: as a file, and as a ConfigMap beside the control plane, which
 * enforces it and where agents cannot write.
 */
export function allowTools(portarium: Portarium, workspace: Workspace, { tools }: PortariumWorkspace): ToolPolicy {
  const { workspaceId } = workspace;
  const policy = toolPolicy({ workspaceId, tools, stage: portarium.stagesOf(workspaceId).tools });
  new ManifestDocument(workspace, 'tool-allowlist', {
    file: portarium.file(toolPolicyPath(workspaceId)),
    render: () => [toolPolicyFile(policy)],
  });
  const options = { name: `tool-allowlist-${workspaceId}`, namespace: portarium.controlPlane.namespace };
  const file = portarium.file(`workspaces/${workspaceId}/tool-allowlist.yaml`);
  renderedObject(workspace, 'tool-allowlist-config', toolPolicyConfigMap(policy, options), file, 'label');
  for (const tool of tools === 'none' ? [] : tools) {
    portarium.addGrant({ kind: 'tool', workspace: workspaceId, tool, declaredAt: workspace.node.path });
  }
  return policy;
}
