import type { KubeObject } from '../../kube/object';
import type { Labels } from '../../model/label';
import type { Layer, Stage } from '../../model/stage';
import { yamlText } from '../yaml-text';

/**
 * What a layer does in the cluster: `observe` and `enforce` as somebody said, `held-back` where the dialect cannot
 * observe and so nothing is rendered, `off` where there is nothing to enforce it with.
 */
export type LayerState = Stage | 'held-back' | 'off';

/** How far one workspace has been rolled out, as it stands beside the control plane. */
export interface Enforcement {
  readonly workspace: string;
  readonly owner?: string;
  readonly agents: PodSelection;
  readonly controlPlane: PodSelection;
  readonly layers: Readonly<Record<Layer, LayerState>>;
  /** Steps of this workspace that were taken although a gate refused. */
  readonly forced: readonly ForcedLayer[];
}

/** Pods of one namespace, by their labels. */
export interface PodSelection {
  readonly namespace: string;
  readonly labels: Labels;
}

interface ForcedLayer {
  readonly layer: Layer;
  readonly gates: readonly string[];
  readonly reason: string;
}

/** Name of the file in the ConfigMap. */
export const ENFORCEMENT_FILE = 'enforcement.yaml';
/** Label of the ConfigMap: the workspace that it is about. */
export const ENFORCEMENT_LABEL = 'portcullis.dev/workspace';

/** Label of the ConfigMap: the state of a layer, for selectors and for `kube_configmap_labels`. */
export function stageLabel(layer: Layer): string {
  return `portcullis.dev/stage-${layer}`;
}

/** What a state means for the people who read it. */
const MEANING: Readonly<Record<Layer, Readonly<Record<LayerState, string>>>> = {
  egress: {
    observe: 'policies match and allow, and deny nothing',
    enforce: 'what no policy allows is dropped',
    'held-back': 'the dialect cannot observe, so no policy is rendered and nothing is enforced',
    off: 'no policy is rendered',
  },
  mtls: {
    observe: 'agents fall back to plain TLS, and the control plane takes them without a certificate',
    enforce: 'agents only connect over mutual TLS',
    'held-back': 'nothing is rendered',
    off: 'there are no identities, so nobody proves who they are',
  },
  tools: {
    observe: 'every tool is allowed, and decisions on tools off the list say so',
    enforce: 'tools off the list are denied',
    'held-back': 'nothing is rendered',
    off: 'no allowlist is rendered',
  },
};

/** The state of a workspace as a ConfigMap, which stands where agents cannot write. */
export function enforcementConfigMap(enforcement: Enforcement, namespace: string): KubeObject {
  const { workspace, owner, agents, controlPlane, layers, forced } = enforcement;
  const document = {
    schemaVersion: 1,
    workspace,
    ...(owner === undefined ? {} : { owner }),
    layers: {
      egress: layerData('egress', layers.egress),
      mtls: layerData('mtls', layers.mtls),
      tools: layerData('tools', layers.tools),
    },
    agents,
    controlPlane,
    ...(forced.length === 0 ? {} : { forced }),
  };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: `enforcement-${workspace}`,
      namespace,
      labels: {
        [ENFORCEMENT_LABEL]: workspace,
        [stageLabel('egress')]: layers.egress,
        [stageLabel('mtls')]: layers.mtls,
        [stageLabel('tools')]: layers.tools,
      },
    },
    data: { [ENFORCEMENT_FILE]: yamlText(document) },
  };
}

function layerData(layer: Layer, state: LayerState) {
  return { state, means: MEANING[layer][state] };
}
