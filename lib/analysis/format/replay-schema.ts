import * as v from 'valibot';
import { OUTCOMES } from '../replay/outcome';
import { counts, type Data, described, dialect, findings, l7Rule, protocol, says, time, version } from './json-parts';
import { side } from './json-schema';
import { skipped } from './skipped-schema';

/** What `portcullis replay` prints with `--format json`. */

const amount = (description: string) =>
  described(
    v.strictObject({
      flows: counts('Number of flows.'),
      passed: counts('Those that went through when they were recorded.'),
    }),
    description,
  );
const amounts = (description: string) =>
  described(
    v.strictObject({
      denied: amount('No rule allows it, or one denies it.'),
      refused: amount('The connection opens, and the request matches no rule about requests.'),
      undecided: amount('The recording does not tell.'),
      authentication: amount('It passes once both ends prove who they are.'),
      forwarded: amount('It passes.'),
    }),
    description,
  );
const end = (description: string) =>
  described(
    v.strictObject({
      label: says('shop/cart, a host name, an address, world, or an entity such as kube-apiserver.'),
      isUnknown: v.optional(
        described(v.literal(true), 'The manifests hold no such pods; they are judged by the labels that they had.'),
      ),
    }),
    description,
  );
const sides = {
  egress: v.optional(side('What policies say at the source, where it is a pod.')),
  ingress: v.optional(side('What policies say at the target, where it is a pod.')),
};
const reason = v.variant('kind', [
  v.strictObject({ kind: described(v.literal('policies'), 'What the policies at both ends say.'), ...sides }),
  v.strictObject({
    kind: described(
      v.literal('name-not-learned'),
      "A rule allows it for the name, and no DNS rule lets Cilium learn the name's addresses.",
    ),
    name: says('The host name.'),
    ...sides,
  }),
  v.strictObject({
    kind: described(v.literal('requests'), 'The request matches no rule.'),
    l7: described(v.array(v.array(l7Rule)), 'Lists of requests that pass; a request has to match one of each list.'),
  }),
  v.strictObject({
    kind: described(v.literal('doubt'), 'The recording does not tell.'),
    doubt: described(
      v.picklist(['no-name', 'no-requests', 'request-conditions', 'no-labels', 'unknown-end', 'other-cluster', 'icmp']),
      'What it does not tell: the name of an address, the requests, conditions on them, labels of pods, what an end is, what another cluster allows, or what plain Kubernetes does with ICMP.',
    ),
    about: described(v.array(v.string()), 'The rules, or the ends, that it is about.'),
  }),
]);
const group = v.strictObject({
  source: end('Where the flows come from.'),
  target: end('Where they go to.'),
  protocol,
  port: counts('Port of the target; for ICMP the type.'),
  outcome: described(v.picklist(OUTCOMES), 'What would become of them.'),
  flows: counts('Number of flows.'),
  passed: counts('Those that went through when they were recorded.'),
  first: time('When the first one was recorded, in UTC.'),
  last: time('When the last one was recorded.'),
  examples: described(v.array(v.string()), 'Some of the requests, or of the addresses.'),
  reason: v.optional(described(reason, 'Why, where it would not pass for certain.')),
});
export const replaySchema = v.strictObject({
  schemaVersion: version,
  dialect,
  findings,
  first: time('When the first flow was recorded, in UTC.'),
  last: time('When the last flow was recorded.'),
  totals: amounts('All flows that were judged.'),
  unlisted: amounts('Flows that were judged and are not in groups, since there are too many of these.'),
  groups: described(v.array(group), 'Flows by source, target, port and outcome; what would break first.'),
  recording: described(
    v.strictObject({
      lines: counts('Number of lines that hold something.'),
      skipped: skipped('What was not judged.'),
    }),
    'What was read.',
  ),
});

/** What `portcullis replay --format json` prints. */
export type ReplayJson = Data<v.InferOutput<typeof replaySchema>>;
