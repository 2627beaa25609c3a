import * as v from 'valibot';
import { type Data, described, finding, says, version } from '../../analysis/format/json-parts';
import { SECURITY_TOOLS } from '../../model/tool-profile';

/** What `portcullis profile --format json` prints. */
export const profileSchema = v.strictObject({
  schemaVersion: version,
  environments: described(
    v.array(
      v.strictObject({
        environment: says('Name of the environment.'),
        rows: described(
          v.array(
            v.strictObject({
              control: says('What is kept from happening.'),
              tool: described(v.picklist(['baseline', ...SECURITY_TOOLS]), 'What keeps it where that is on.'),
              state: described(
                v.picklist(['always', 'on', 'off']),
                'always: the baseline, which has no switch. off: also for a tool that nothing is rendered for.',
              ),
              heldBy: says('What holds it as things are; nothing where nothing does.'),
              whenOff: says('What holds it when the tool is off.'),
            }),
          ),
          'One for each control, in the order of the documents.',
        ),
      }),
    ),
    'The environments that are for clusters.',
  ),
  findings: described(v.array(finding), 'Controls that nothing holds, and tools that count as off.'),
});

export type ProfileJson = Data<v.InferOutput<typeof profileSchema>>;
