import * as v from 'valibot';
import { type Data, described, finding, says, version } from '../../analysis/format/json-parts';
import { TOOL_STATES } from './examine';

/** What `portcullis doctor --format json` prints. */
export const doctorSchema = v.strictObject({
  schemaVersion: version,
  tools: described(
    v.array(
      v.strictObject({
        name: says('Name of the command.'),
        state: described(
          v.picklist(TOOL_STATES),
          'missing: not on the PATH. too-old: does not do what is asked of it. downgraded: older than pinned. unverified: another file than the one pinned. silent: does not tell its version.',
        ),
        version: v.optional(says('The version found.')),
        file: v.optional(says('The file found.')),
        minimum: says('The oldest version that will do.'),
        reason: says('What is asked of it.'),
        source: says('Where that is written.'),
        pinned: v.optional(says('The version that is pinned.')),
        verified: described(v.boolean(), 'True if its file has the SHA-256 that is pinned.'),
      }),
    ),
    'Every tool that is known.',
  ),
  findings: described(v.array(finding), 'What is wrong.'),
});

export type DoctorJson = Data<v.InferOutput<typeof doctorSchema>>;
