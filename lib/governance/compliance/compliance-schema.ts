import * as v from 'valibot';
import { counts, described, says, version } from '../../analysis/format/json-parts';
import { LAYERS } from '../../model/stage';

/** What `portcullis compliance` and `rollout plan` print with `--format json`; see compliance-json.ts, plan-json.ts. */

const texts = (description: string) => described(v.array(v.string()), description);

const state = (description: string) => described(v.picklist(['observe', 'enforce', 'held-back', 'off']), description);

/** The state of every layer. */
export const layerStates = described(
  v.strictObject({
    egress: state('Network policies.'),
    mtls: state('Mutual TLS with the control plane.'),
    tools: state('Tool allowlists.'),
  }),
  'observe: matches and denies nothing. enforce: denies. held-back: the dialect cannot observe, so nothing is rendered. off: there is nothing to enforce it with.',
);

export const liveChecks = described(
  v.array(v.strictObject({ command: says('What to run.'), expected: says('What has to come out.') })),
  'What to look at in the cluster.',
);

const status = described(
  v.picklist(['met', 'unmet', 'observed', 'live']),
  'met: proved. unmet: said to be enforced, and does not hold. observed: the layer does not enforce yet. live: what files can tell holds, the rest has to be looked at.',
);

const item = v.strictObject({
  id: says('In kebab case.'),
  title: says('What has to hold.'),
  status,
  evidence: described(
    v.array(
      v.strictObject({
        by: described(v.picklist(['analysis', 'file', 'log']), 'What it rests on.'),
        says: says('What was found.'),
        places: texts('Files and lines, below the folder of the manifests.'),
      }),
    ),
    'What proves it.',
  ),
  problems: texts('What does not hold.'),
  live: liveChecks,
});

const items = (description: string) => described(v.array(item), description);

export const rolloutFindings = described(
  v.array(
    v.strictObject({
      rule: says('Id of the rule that was broken, in kebab case.'),
      severity: described(v.picklist(['error', 'warning', 'info']), 'error: it makes the command fail.'),
      where: described(
        v.strictObject({
          construct: v.optional(says('Path of a construct.')),
          file: v.optional(says('The file.')),
          line: v.optional(counts('Line in the file, from 1.')),
          column: v.optional(counts('Column in the line, from 1.')),
        }),
        'Where it is.',
      ),
      message: says('What is wrong, in one sentence.'),
      fix: says('What to do about it.'),
    }),
  ),
  'What is wrong.',
);

export const complianceSchema = v.strictObject({
  schemaVersion: version,
  title: says('What the report is about: environment and program, or a folder.'),
  workspaces: described(
    v.array(
      v.strictObject({
        workspace: says('Id of the workspace.'),
        owner: v.optional(says('Who answers for it.')),
        layers: layerStates,
        forced: described(
          v.array(
            v.strictObject({
              layer: described(v.picklist(LAYERS), 'The layer that went on to enforce.'),
              gates: texts('The gates that refused.'),
              reason: says('Why it was done all the same.'),
            }),
          ),
          'Steps that were taken although a gate refused.',
        ),
        items: items('The checklist, in its order.'),
      }),
    ),
    'The workspaces, by id.',
  ),
  platform: items('What holds for all of them.'),
  controls: described(
    v.array(
      v.strictObject({
        framework: described(v.picklist(['SOC 2', 'ISO 27001', 'NIST CSF']), 'The framework.'),
        requirement: says('What it asks for.'),
        reference: says('Where it does.'),
        items: texts('Ids of the items that speak for it.'),
        status,
      }),
    ),
    'What the items mean to auditors.',
  ),
  findings: rolloutFindings,
});
