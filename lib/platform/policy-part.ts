import type { ComponentModel } from '../model/component';
import type { Edge } from '../model/edge';

/** Some of a component's rules, in a policy of their own. Policies are a union, so the split changes no verdict. */
export interface PolicyPart {
  readonly policyName: string;
  /** File of the policy object below the output directory. */
  readonly file: string;
  /** What goes there: the DNS rule, or the ingress edges that the function accepts. */
  readonly holds: 'dns' | ((edge: Edge) => boolean);
}

/** What a part's policy is rendered from. */
export function partModel(model: ComponentModel, part: PolicyPart): ComponentModel {
  const { holds } = part;
  if (holds === 'dns') return { ...model, directions: ['Egress'], ingress: [], egress: [] };
  return { ...model, directions: ['Ingress'], ingress: model.ingress.filter(holds), egress: [], names: [] };
}

/** What is left for the component's own policy. */
export function remainingModel(model: ComponentModel, parts: readonly PolicyPart[]): ComponentModel {
  if (parts.length === 0) return model;
  const held = (edge: Edge) => parts.some(({ holds }) => holds !== 'dns' && holds(edge));
  return {
    ...model,
    ingress: model.ingress.filter((edge) => !held(edge)),
    names: parts.some(({ holds }) => holds === 'dns') ? [] : model.names,
  };
}
