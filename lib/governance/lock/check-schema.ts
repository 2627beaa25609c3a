import * as v from 'valibot';
import {
  construct,
  counts,
  type Data,
  described,
  finding,
  place,
  says,
  version,
} from '../../analysis/format/json-parts';
import { DRIFT_KINDS } from './compare-lock';

/** What `portcullis lock --check --format json` prints. */
export const lockCheckSchema = v.strictObject({
  schemaVersion: version,
  entries: counts('Number of things that the programs allow.'),
  drifts: described(
    v.array(
      v.strictObject({
        kind: described(v.picklist(DRIFT_KINDS), 'widened and added allow more than was approved, the others less.'),
        line: says('The line of the lock as it would be written now; as it is, for what is removed.'),
        gains: described(v.array(v.string()), 'For widened: what is allowed beyond what was approved.'),
        where: described(finding.entries.where, 'What allows it; the line of the lock for what is removed.'),
        construct: v.optional(construct),
        locked: v.optional(
          described(
            v.strictObject({
              file: place.entries.file,
              line: place.entries.line,
              text: says('The line without its comment.'),
            }),
            'What the lock approves of the same thing.',
          ),
        ),
      }),
    ),
    'Empty: the lock approves everything, and nothing else.',
  ),
  findings: described(v.array(finding), 'What is wrong with the lock itself.'),
});

export type LockCheckJson = Data<v.InferOutput<typeof lockCheckSchema>>;
