import { diff } from '../../analysis/answer/diff';
import type { Difference } from '../../analysis/answer/difference';
import type { Environment } from '../../environment/environment';
import type { Finding } from '../../finding';
import type { StageSetting } from '../../model/stage';
import type { Program } from '../../program/program';
import { type Rendering, withRendering } from '../../program/rendering';
import type { ForcedStep, PortariumSettings } from '../../stacks/portarium/settings';
import { compliance } from '../compliance/compliance';
import { type WorkspaceState, workspaceStates } from '../compliance/workspace-state';
import type { CallLog } from './call-log';
import type { ControllerState } from './controller-state';
import type { GateResult } from './gate';
import { judgeGates } from './gates';
import { type ObjectChange, objectChanges } from './object-changes';
import { nextStep, type Step, type StepQuery, steppedSetting, withStep } from './step';

/** What the next step of a roll-out takes and does. */
export interface RolloutPlan {
  readonly environment: string;
  /** The settings file. */
  readonly file: string;
  /** How far every workspace has come. */
  readonly workspaces: readonly Pick<WorkspaceState, 'workspace' | 'layers'>[];
  /** Undefined if there is nothing left to do. */
  readonly step?: PlannedStep;
  /** Why the step is refused, and what else is wrong; errors refuse it. */
  readonly findings: readonly Finding[];
}

/** A step, whether it may be taken, and what it changes. */
export interface PlannedStep extends Step {
  readonly gates: readonly GateResult[];
  /** What each of the workspaces' `stage` has to say in the settings file. */
  readonly settings: readonly { readonly workspace: string; readonly stage: StageSetting }[];
  readonly objects: readonly ObjectChange[];
  /** Files without objects whose text changes. */
  readonly documents: readonly string[];
  readonly reach: Difference;
  /** What is to be remembered, if gates refused and the step is taken all the same. */
  readonly forced?: ForcedStep;
}

export interface PlanOptions extends StepQuery {
  /** @default - no logs were given */
  readonly log?: CallLog;
  /** @default - nobody has looked at the policy controller */
  readonly controller?: ControllerState;
  /**
   * Why the step is taken although a gate refuses it.
   * @default - then it is not taken
   */
  readonly reason?: string;
}

export interface PlanSubject {
  readonly environment: Environment;
  readonly program: Program;
  readonly portarium: PortariumSettings;
}

/**
 * Plans the next step of a roll-out: renders the environment as it is and as it would be, and compares.
 * @throws FindingsError if the environment cannot be rendered before or after the step
 * @throws InvalidValueError for a workspace that is not there
 */
export function planRollout({ environment, program, portarium }: PlanSubject, options: PlanOptions = {}): RolloutPlan {
  const step = nextStep(portarium, options);
  return withRendering(program, environment, (before) => {
    const { workspaces } = workspaceStates(before.manifests);
    const state = {
      environment: environment.name,
      file: environment.file,
      workspaces: workspaces.map(({ workspace, layers }) => ({ workspace, layers })),
    };
    const known = options.log?.findings ?? [];
    if (step === undefined) return { ...state, findings: known };
    return withRendering(program, withStep(environment, step), (after) => {
      const planned = plannedStep({ step, before, after, portarium, options });
      return { ...state, step: planned, findings: [...known, ...refusals(planned, environment)] };
    });
  });
}

interface Compared {
  readonly step: Step;
  readonly before: Rendering;
  readonly after: Rendering;
  readonly portarium: PortariumSettings;
  readonly options: PlanOptions;
}

function plannedStep({ step, before, after, portarium, options }: Compared): PlannedStep {
  const { log, controller, reason } = options;
  const judged = judgeGates({
    step,
    settings: portarium,
    before,
    after: compliance(after.manifests, { folder: after.folder }),
    ...(log === undefined ? {} : { log }),
    ...(controller === undefined ? {} : { controller }),
  });
  const gates = reason === undefined ? judged : judged.map(forcedGate);
  const refusing = gates.filter(({ state }) => state === 'forced').map(({ id }) => id);
  const { layer, workspaces } = step;
  return {
    ...step,
    gates,
    settings: portarium.workspaces
      .filter(({ id }) => workspaces.includes(id))
      .map((workspace) => ({ workspace: workspace.id, stage: steppedSetting(workspace, step) })),
    objects: objectChanges(before.objects, after.objects),
    documents: changedDocuments(before.documents, after.documents),
    reach: diff(before.manifests, after.manifests),
    ...(reason === undefined || refusing.length === 0
      ? {}
      : { forced: { layer, workspaces, gates: refusing, reason } }),
  };
}

function forcedGate(gate: GateResult): GateResult {
  return gate.state === 'refused' ? { ...gate, state: 'forced' } : gate;
}

function changedDocuments(before: Rendering['documents'], after: Rendering['documents']): readonly string[] {
  const files = [...new Set([...before.keys(), ...after.keys()])].sort();
  return files.filter((file) => before.get(file) !== after.get(file));
}

/** A forced gate is told all the same. */
function refusals({ gates }: PlannedStep, { file }: Environment): readonly Finding[] {
  return gates
    .filter(({ state }) => state === 'refused' || state === 'forced')
    .map(({ id, state, says, fix = '' }) => ({
      rule: `gate-${id}`,
      severity: state === 'forced' ? 'warning' : 'error',
      where: { file },
      message: says,
      fix,
    }));
}
