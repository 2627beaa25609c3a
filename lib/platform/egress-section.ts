import type { IConstruct } from 'constructs';
import type { EgressComponent, EgressSection } from '../render/network/egress-table';
import { markdownText } from '../render/network/markdown';
import { nearest } from '../synth/nearest';
import type { Component } from './component';
import type { Platform } from './platform';
import type { Workspace } from './workspace';

/** The managed components of a platform, by workspace, as the egress table lists them. */
export function* egressSections(platform: Platform): Generator<EgressSection> {
  const ofWorkspace = new Map<Workspace, Component[]>(platform.workspaces.map((workspace) => [workspace, []]));
  const others: Component[] = [];
  const isWorkspace = (scope: IConstruct): scope is Workspace => ofWorkspace.has(scope as Workspace);
  for (const component of platform.components) {
    if (!component.managed) continue;
    const workspace = nearest(component, isWorkspace);
    if (workspace === undefined) others.push(component);
    else ofWorkspace.get(workspace)?.push(component);
  }
  if (others.length > 0) yield { heading: 'Platform', facts: [], components: others.map(describe) };
  for (const [workspace, components] of ofWorkspace) {
    const { workspaceId, owner, isolation, podNamespace, stage } = workspace;
    const facts = [
      ...(owner === undefined ? [] : [`Owner: ${markdownText(owner)}`]),
      `Isolated by ${isolation}, in namespace \`${podNamespace}\``,
      stage === 'observe' ? 'Stage: observe (nothing below is enforced yet)' : 'Stage: enforce',
    ];
    yield { heading: `Workspace ${workspaceId}`, facts, components: components.map(describe) };
  }
}

function describe(component: Component): EgressComponent {
  return {
    title: component.title,
    labels: component.podLabels,
    edges: component.connections.egress,
  };
}
