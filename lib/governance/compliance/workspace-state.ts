import * as v from 'valibot';
import { parse } from 'yaml';
import type { Manifest, Manifests } from '../../analysis/load/manifests';
import type { Finding } from '../../finding';
import { LAYERS, type Layer } from '../../model/stage';
import { ENFORCEMENT_FILE, ENFORCEMENT_LABEL, type Enforcement } from '../../render/rollout/enforcement';
import { dataOf } from './item';

/** How far a workspace is said to have been rolled out, and where that stands. */
export interface WorkspaceState extends Enforcement {
  readonly source: Manifest['source'];
}

const pods = v.object({ namespace: v.string(), labels: v.record(v.string(), v.string()) });
const layer = v.object({ state: v.picklist(['observe', 'enforce', 'held-back', 'off']) });
const schema = v.object({
  schemaVersion: v.literal(1),
  workspace: v.string(),
  owner: v.optional(v.string()),
  layers: v.object({ egress: layer, mtls: layer, tools: layer }),
  agents: pods,
  controlPlane: pods,
  forced: v.optional(
    v.array(v.object({ layer: v.picklist(LAYERS), gates: v.array(v.string()), reason: v.string() })),
    [],
  ),
});

/** The workspaces of manifests, by id, and what could not be read. */
export function workspaceStates(manifests: Manifests): {
  readonly workspaces: readonly WorkspaceState[];
  readonly findings: readonly Finding[];
} {
  const maps = (manifests.registering ?? []).filter(
    ({ object }) => object.kind === 'ConfigMap' && object.metadata.labels?.[ENFORCEMENT_LABEL] !== undefined,
  );
  const workspaces: WorkspaceState[] = [];
  const findings: Finding[] = [];
  for (const map of maps) {
    const state = stateOf(map);
    if (state !== undefined) workspaces.push(state);
    else findings.push(unreadable(map));
  }
  return { workspaces: workspaces.sort((a, b) => (a.workspace < b.workspace ? -1 : 1)), findings };
}

function stateOf(map: Manifest): WorkspaceState | undefined {
  const parsed = v.safeParse(schema, yaml(dataOf(map, ENFORCEMENT_FILE) ?? ''));
  if (!parsed.success) return undefined;
  const { workspace, owner, layers, agents, controlPlane, forced } = parsed.output;
  const states = Object.fromEntries(LAYERS.map((name: Layer) => [name, layers[name].state]));
  return {
    workspace,
    ...(owner === undefined ? {} : { owner }),
    layers: states as WorkspaceState['layers'],
    agents,
    controlPlane,
    forced,
    source: map.source,
  };
}

function yaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function unreadable({ object, source }: Manifest): Finding {
  return {
    rule: 'enforcement-unreadable',
    severity: 'error',
    where: { file: source.file, line: source.line },
    message: `the ConfigMap ${object.metadata.namespace}/${object.metadata.name} does not say how far its workspace is rolled out`,
    fix: 'render it again, and change nothing in it by hand',
  };
}
