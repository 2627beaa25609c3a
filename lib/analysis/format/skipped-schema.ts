import * as v from 'valibot';
import { SKIPPED, type SkipKind } from '../flow/skipped';
import { counts, described, file, line } from './json-parts';

/** Lines of a recording or a log that tell nothing of what was asked, by kind. */

const passedOver = <Kind extends string>(kinds: readonly Kind[]) => ({
  kind: described(v.picklist(kinds), 'What they are.'),
  count: counts('Number of lines; for lost-events of the events that Hubble lost.'),
  first: described(v.strictObject({ file, line }), 'Where the first one stands.'),
});

export const unread = (kinds: readonly string[], description: string) =>
  described(v.array(v.strictObject(passedOver(kinds))), description);

/** Of a recording, and whether it is less complete for them. */
export const skipped = (description: string) =>
  described(
    v.array(
      v.strictObject({
        ...passedOver(Object.keys(SKIPPED) as readonly SkipKind[]),
        isLoss: described(v.boolean(), 'Whether the recording is less complete for it.'),
      }),
    ),
    description,
  );
