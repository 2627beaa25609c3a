import { hasErrors, InvalidValueError } from '../../finding';
import { proseProblem } from '../../model/prose';
import type { RolloutPlan } from './plan';
import { editSettingsFile } from './settings-file';

/**
 * The reason for which a step is forced.
 * @throws InvalidValueError if there is none, or if it cannot stand in a file that people read
 */
export function forceReason(force: boolean, reason: string | undefined): string | undefined {
  if (!force) {
    if (reason === undefined) return undefined;
    throw new InvalidValueError({
      message: 'a reason is given, and nothing is forced',
      fix: 'add --force, or leave it out',
    });
  }
  const problem =
    reason === undefined
      ? { message: 'a step is forced without a reason', fix: 'say why with --reason; it is written down' }
      : proseProblem(reason, 'the reason');
  if (problem !== undefined) throw new InvalidValueError(problem);
  return reason;
}

/**
 * Writes into the settings file what a plan comes to: the reason of a forced step in any case, since nobody forces
 * anything silently, and the new stages if the step is to be taken. A refused step leaves the file alone.
 * @returns what was written, for people; empty if nothing was
 */
export function takeStep({ step, file, findings }: RolloutPlan, isTaken: boolean): readonly string[] {
  if (step === undefined || hasErrors(findings)) return [];
  const { forced, settings, layer, to } = step;
  const stages = isTaken ? settings : [];
  if (stages.length === 0 && forced === undefined) return [];
  editSettingsFile(file, { stages, ...(forced === undefined ? {} : { forced }) });
  return [
    ...(forced === undefined ? [] : [`the reason stands under portarium.rollout.forced in ${file}; commit it`]),
    ...(isTaken
      ? [`${layer} of ${step.workspaces.join(', ')} is set to ${to} in ${file}; render, review and apply`]
      : []),
  ];
}
