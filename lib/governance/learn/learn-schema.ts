import * as v from 'valibot';
import { SKIPPED } from '../../analysis/flow/skipped';
import { NO_CALLS } from './read-log';

/** What `portcullis learn` prints with `--format json`. */

const described = <Schema extends v.GenericSchema>(schema: Schema, description: string) =>
  v.pipe(schema, v.description(description));
const says = (description: string) => described(v.string(), description);
const counts = (description: string) => v.pipe(v.number(), v.integer(), v.minValue(0), v.description(description));

const protocol = described(v.picklist(['TCP', 'UDP', 'SCTP']), 'Protocol.');
const seen = {
  count: counts('Number of calls or flows.'),
  first: v.optional(says('When the first one was, in UTC.')),
  last: v.optional(says('When the last one was.')),
};
const workspace = says('Id of the workspace.');
const unread = (kinds: readonly string[], description: string) =>
  described(
    v.array(
      v.strictObject({
        kind: described(v.picklist(kinds), 'What it is.'),
        count: counts('Number of lines; for lost-events of the events that Hubble lost.'),
        first: described(
          v.strictObject({
            file: says('Path as it was given, - for standard input.'),
            line: counts('Line in the file, from 1.'),
          }),
          'Where the first one stands.',
        ),
      }),
    ),
    description,
  );

export const learnSchema = v.strictObject({
  schemaVersion: described(v.literal(1), 'Raised for every change that readers of the format have to know of.'),
  workspaces: described(
    v.array(
      v.strictObject({
        workspace,
        entries: described(
          v.array(
            v.strictObject({ host: says('Host name, never a pattern.'), port: counts('Port.'), protocol, ...seen }),
          ),
          'What the workspace was seen to use.',
        ),
      }),
    ),
    'Proposed allowlists.',
  ),
  notProposed: described(
    v.array(
      v.strictObject({
        workspace: v.optional(workspace),
        target: says('Host or address, protocol and port.'),
        reason: says('Why it is not proposed.'),
        fix: says('What to do instead.'),
        ...seen,
      }),
    ),
    'What was seen and is not proposed.',
  ),
  unlisted: counts('Uses of further targets, beyond the most that are listed.'),
  unread: unread(Object.keys(NO_CALLS), 'Lines of logs that tell of no call.'),
  skipped: unread(Object.keys(SKIPPED), 'Lines of recordings that hold no flow to look at.'),
  merged: v.optional(
    described(
      v.array(
        v.strictObject({
          workspace,
          added: described(
            v.array(
              v.strictObject({
                host: says('Host name.'),
                protocol,
                ports: described(v.array(v.number()), 'Ports.'),
                purpose: says('What stands in the file until somebody says what it is for.'),
              }),
            ),
            'Entries that were added.',
          ),
          known: counts('Number of hosts and ports that the file had already.'),
        }),
      ),
      'With --merge: what was done to the file.',
    ),
  ),
});
