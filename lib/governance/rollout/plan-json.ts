import type * as v from 'valibot';
import { diffJson } from '../../analysis/format/diff-json';
import type { DiffJson } from '../../analysis/format/json-schema';
import type { PlannedStep, RolloutPlan } from './plan';
import type { planSchema } from './plan-schema';

/** What `portcullis rollout plan --format json` prints, which nobody can write to. */
type PlanJson = Data<v.InferOutput<typeof planSchema>>;
type Data<Value> = Value extends object ? { readonly [Key in keyof Value]: Data<Value[Key]> } : Value;

/** For machines; see plan-schema.ts. */
export function planJson({ environment, file, workspaces, step, findings }: RolloutPlan): string {
  const data: PlanJson = {
    schemaVersion: 1,
    environment,
    file,
    workspaces,
    ...(step === undefined ? {} : { step: stepData(step) }),
    findings,
  };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}

function stepData(step: PlannedStep): NonNullable<PlanJson['step']> {
  return { ...step, reach: JSON.parse(diffJson(step.reach)) as DiffJson };
}
