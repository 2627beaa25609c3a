import type { Environment } from '../../environment/environment';
import { InvalidValueError, quoted } from '../../finding';
import { LAYERS, type Layer, type Stage, type StageSetting, stageSetting, stagesOf } from '../../model/stage';
import type { PortariumSettings, PortariumWorkspace } from '../../stacks/portarium/settings';

/** One layer of some workspaces that goes from one stage to the other. */
export interface Step {
  readonly layer: Layer;
  /** Ids, in the order of the environment file; never empty. */
  readonly workspaces: readonly string[];
  readonly from: Stage;
  readonly to: Stage;
}

export interface StepQuery {
  /** @default - the first layer, in the order of the roll-out, that has not come to the stage everywhere */
  readonly layer?: Layer;
  /** @default - every workspace */
  readonly workspaces?: readonly string[];
  /**
   * Whether to go back: from enforce to observe, the last layer first.
   * @default false
   */
  readonly back?: boolean;
}

/**
 * The next step of a roll-out: egress, then mutual TLS, then tools, and back the other way round. Undefined if there is
 * none.
 * @throws InvalidValueError for a workspace that is not there
 */
export function nextStep(settings: PortariumSettings, query: StepQuery = {}): Step | undefined {
  const { layer: only, workspaces: ids, back = false } = query;
  for (const id of ids ?? []) {
    if (settings.workspaces.some((workspace) => workspace.id === id)) continue;
    const known = settings.workspaces.map((workspace) => workspace.id).join(', ');
    throw new InvalidValueError({ message: `there is no workspace ${quoted(id)}`, fix: `name one of ${known}` });
  }
  const [from, to]: readonly [Stage, Stage] = back ? ['enforce', 'observe'] : ['observe', 'enforce'];
  const layers = only === undefined ? (back ? LAYERS.toReversed() : LAYERS) : [only];
  for (const layer of layers) {
    // Without identities there is no mutual TLS that could be taken back.
    if (layer === 'mtls' && back && settings.identity === undefined) continue;
    const workspaces = settings.workspaces
      .filter(({ id, stage }) => ids?.includes(id) !== false && stagesOf(stage, settings.stage)[layer] === from)
      .map(({ id }) => id);
    if (workspaces.length > 0) return { layer, workspaces, from, to };
  }
  return undefined;
}

/** What a workspace's `stage` has to say after a step, and says no more than it has to. */
export function steppedSetting({ stage }: Pick<PortariumWorkspace, 'stage'>, { layer, to }: Step): StageSetting {
  const stepped = typeof stage === 'string' ? { ...stagesOf(stage), [layer]: to } : { ...stage, [layer]: to };
  const { egress, mtls, tools } = stepped;
  if (egress === undefined || mtls === undefined || tools === undefined) return stepped;
  return stageSetting({ egress, mtls, tools });
}

/** The environment as it is after a step. */
export function withStep(environment: Environment, step: Step): Environment {
  const { portarium } = environment;
  if (portarium === undefined) return environment;
  const workspaces = portarium.workspaces.map((workspace) =>
    step.workspaces.includes(workspace.id) ? { ...workspace, stage: steppedSetting(workspace, step) } : workspace,
  );
  return { ...environment, portarium: { ...portarium, workspaces } };
}
