import * as v from 'valibot';
import { construct, counts, type Data, described, finding, says, version } from '../../analysis/format/json-parts';
import { OBJECT_DRIFTS } from './find-drift';

/** What `portcullis drift --format json` prints. */
export const driftSchema = v.strictObject({
  schemaVersion: version,
  against: says('What the rendered objects were compared with: a cluster by its context, or a path.'),
  compared: counts('Number of rendered objects that were compared.'),
  drifts: described(
    v.array(
      v.strictObject({
        kind: described(
          v.picklist(OBJECT_DRIFTS),
          'unmanaged: nobody rendered it, changed: it is not as it was rendered, missing: it is not there.',
        ),
        object: described(
          v.strictObject({
            apiVersion: says('Group and version.'),
            kind: says('Kind.'),
            namespace: v.optional(says('Namespace, if it has one.')),
            name: says('Name.'),
          }),
          'The object.',
        ),
        where: described(finding.entries.where, 'The rendered object; of what nobody rendered the one that is there.'),
        construct: v.optional(construct),
        message: says('What is wrong, to follow the name of the object.'),
        fix: says('What to do about it.'),
        changes: described(
          v.array(
            v.strictObject({
              path: says('The field: spec.egress[1].toPorts.'),
              rendered: v.optional(says('What was rendered there, as JSON. Missing: it was added.')),
              live: v.optional(says('What is there, as JSON. Missing: it was removed.')),
            }),
          ),
          'For changed: what is different.',
        ),
      }),
    ),
    'Empty: everything that could be read is as it was rendered.',
  ),
  findings: described(v.array(finding), 'What is not known, and what is worth knowing although it is no drift.'),
});

export type DriftJson = Data<v.InferOutput<typeof driftSchema>>;
