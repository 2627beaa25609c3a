/**
 * How far a layer has been rolled out: `observe` matches and reports but never drops, `enforce` drops what no edge
 * allows.
 */
export type Stage = 'observe' | 'enforce';

export const STAGES: readonly Stage[] = Object.freeze(['observe', 'enforce']);

/**
 * What is rolled out on its own: network policies, mutual TLS with the control plane, and tool allowlists. In this
 * order they come into force, and in the other one they are taken back.
 * @see seed 000, "Rollback"
 */
export type Layer = 'egress' | 'mtls' | 'tools';

export const LAYERS: readonly Layer[] = Object.freeze(['egress', 'mtls', 'tools']);

/** The stage of every layer. */
export type Stages = Readonly<Record<Layer, Stage>>;

/** What somebody says about stages: one for every layer, or some layer by layer. */
export type StageSetting = Stage | Partial<Stages>;

/**
 * The stage of every layer, by the first of several settings that says something about it: the workspace's before the
 * environment's. What nobody says enforces.
 */
export function stagesOf(...settings: readonly (StageSetting | undefined)[]): Stages {
  const stage = (layer: Layer) => saidStage(layer, ...settings) ?? 'enforce';
  return { egress: stage('egress'), mtls: stage('mtls'), tools: stage('tools') };
}

/** What was said about a layer; undefined if nobody said anything, and so the default holds. */
export function saidStage(layer: Layer, ...settings: readonly (StageSetting | undefined)[]): Stage | undefined {
  return settings.map((setting) => (typeof setting === 'object' ? setting[layer] : setting)).find(Boolean);
}

/** The shortest setting that says this of every layer. */
export function stageSetting({ egress, mtls, tools }: Stages): StageSetting {
  return egress === mtls && mtls === tools ? egress : { egress, mtls, tools };
}
