import type { RolloutPlan } from './plan';
import { planJson } from './plan-json';
import { planMarkdown } from './plan-markdown';
import { planText } from './plan-text';

const WRITERS = { text: planText, markdown: planMarkdown, json: planJson };

export type PlanFormat = keyof typeof WRITERS;
export const PLAN_FORMATS = Object.keys(WRITERS) as readonly PlanFormat[];

export function planAs(format: PlanFormat, plan: RolloutPlan): string {
  return WRITERS[format](plan);
}
