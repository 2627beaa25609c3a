import * as v from 'valibot';
import { dnsLabelProblem } from '../model/name';
import { proseProblem } from '../model/prose';
import { LAYERS, STAGES } from '../model/stage';
import { checked, described } from './check';
import { notEmpty } from './value-schema';

const stage = v.picklist(STAGES);

/** A stage for every layer, or layer by layer. */
export const stageSettingSchema = v.union([
  stage,
  v.strictObject({
    egress: v.optional(described(stage, 'Network policies.')),
    mtls: v.optional(described(stage, 'Mutual TLS of agents with the control plane. observe lets plain TLS pass.')),
    tools: v.optional(described(stage, 'Tool allowlists. observe allows and notes what would be denied.')),
  }),
]);

const forcedStep = v.strictObject({
  layer: described(v.picklist(LAYERS), 'The layer that went on to enforce.'),
  workspaces: described(
    notEmpty(
      v.array(checked(v.string(), (id) => dnsLabelProblem(id, 'workspace id'))),
      'the list of workspaces',
      'name the workspaces that were forced',
    ),
    'The workspaces whose layer it was.',
  ),
  gates: described(
    notEmpty(v.array(v.string()), 'the list of gates', 'name the gates that refused'),
    'The gates that refused.',
  ),
  reason: described(
    checked(v.string(), (text) => proseProblem(text, 'the reason')),
    'Why it was done all the same.',
  ),
});

/** What is to be remembered about the roll-out. */
export const rolloutSchema = v.strictObject({
  forced: v.optional(
    described(v.array(forcedStep), 'Steps that were taken although a gate refused; rollout plan --force adds to it.'),
  ),
});

/** Who enforces network policies in the cluster. */
export const policyControllerSchema = v.strictObject({
  name: described(
    checked(v.string(), (name) => dnsLabelProblem(name, 'name of the policy controller')),
    'Its name: cilium, calico, ….',
  ),
  enabled: v.optional(described(v.boolean(), 'Whether it enforces policies at present. Default: true')),
});
