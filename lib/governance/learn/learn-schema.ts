import * as v from 'valibot';
import { SKIPPED } from '../../analysis/flow/skipped';
import { counts, described, says, time, version } from '../../analysis/format/json-parts';
import { unread } from '../../analysis/format/skipped-schema';
import { NO_CALLS } from './read-log';

/** What `portcullis learn` prints with `--format json`. */

const protocol = described(v.picklist(['TCP', 'UDP', 'SCTP']), 'Protocol.');
const seen = {
  count: counts('Number of calls or flows.'),
  first: time('When the first one was, in UTC.'),
  last: time('When the last one was.'),
};
const workspace = says('Id of the workspace.');

export const learnSchema = v.strictObject({
  schemaVersion: version,
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
