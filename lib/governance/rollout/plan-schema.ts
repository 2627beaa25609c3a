import * as v from 'valibot';
import { described, says, version } from '../../analysis/format/json-parts';
import { diffSchema } from '../../analysis/format/json-schema';
import { LAYERS, STAGES } from '../../model/stage';
import { layerStates, liveChecks, rolloutFindings } from '../compliance/compliance-schema';

/** What `portcullis rollout plan` prints with `--format json`; see plan-json.ts. */

const texts = (description: string) => described(v.array(v.string()), description);
const layer = described(v.picklist(LAYERS), 'The layer.');
const stage = (description: string) => described(v.picklist(STAGES), description);

const setting = described(
  v.union([
    v.picklist(STAGES),
    v.strictObject({
      egress: v.optional(stage('Network policies.')),
      mtls: v.optional(stage('Mutual TLS.')),
      tools: v.optional(stage('Tool allowlists.')),
    }),
  ]),
  'What `stage` has to say: one stage for every layer, or layer by layer.',
);

const gate = v.strictObject({
  id: says('In kebab case.'),
  state: described(
    v.picklist(['passed', 'refused', 'live', 'forced']),
    'passed: nothing speaks against the step. refused: something does. live: it has to be looked at. forced: refused, and taken all the same.',
  ),
  says: says('What was found.'),
  fix: v.optional(says('What to do about it.')),
  live: liveChecks,
});

const object = v.strictObject({
  change: described(v.picklist(['added', 'changed', 'removed']), 'What becomes of it.'),
  object: says('Kind, namespace and name.'),
  paths: texts('Of a changed object: what differs.'),
});

const step = v.strictObject({
  layer,
  workspaces: texts('The workspaces whose layer goes on.'),
  from: stage('Where it is.'),
  to: stage('Where it goes.'),
  gates: described(v.array(gate), 'What has to hold first; empty on the way back.'),
  settings: described(
    v.array(v.strictObject({ workspace: says('Its id.'), stage: setting })),
    'What the settings file has to say.',
  ),
  objects: described(v.array(object), 'Objects that differ.'),
  documents: texts('Files without objects that differ.'),
  reach: described(diffSchema, 'What the step does to who may reach whom, as portcullis diff says it.'),
  forced: v.optional(
    described(
      v.strictObject({
        layer,
        workspaces: texts('The workspaces.'),
        gates: texts('The gates that refused.'),
        reason: says('Why it is taken all the same.'),
      }),
      'What is noted under rollout.forced.',
    ),
  ),
});

export const planSchema = v.strictObject({
  schemaVersion: version,
  environment: says('Its name.'),
  file: says('Its settings file.'),
  workspaces: described(
    v.array(v.strictObject({ workspace: says('Its id.'), layers: layerStates })),
    'How far every workspace has come.',
  ),
  step: v.optional(described(step, 'The next step; absent if nothing is left to do.')),
  findings: rolloutFindings,
});
