import * as v from 'valibot';
import { CHANGE_KINDS, CHANGE_TAGS } from '../answer/difference';
import {
  addresses,
  connections,
  counts,
  type Data,
  described,
  destination,
  dialect,
  entities,
  findings,
  hostName,
  place,
  places,
  portRange,
  ruleFinding,
  says,
  source,
  version,
} from './json-parts';

/**
 * What the commands print with `--format json`. Published as JSON Schema beside the code of the package; the types of
 * what is written come from here as well.
 */

const grants = (description: string) =>
  described(
    v.strictObject({
      restricted: described(v.boolean(), 'Whether a policy denies here what no rule allows.'),
      rules: places('The rules that let something of it pass.'),
    }),
    description,
  );

export const reachSchema = v.strictObject({
  schemaVersion: version,
  dialect,
  findings,
  pairs: described(
    v.array(
      v.strictObject({
        from: source,
        to: destination,
        connections,
        resolvable: v.optional(
          described(
            v.boolean(),
            'For names: whether a DNS rule of the source lets the name be resolved, without which rules for it are void.',
          ),
        ),
        grants: v.optional(
          described(
            v.strictObject({
              egress: v.optional(grants('At the source, where it is a pod.')),
              ingress: v.optional(grants('At the destination, where it is a pod.')),
            }),
            'With --grants: the rules by which connections pass.',
          ),
        ),
      }),
    ),
    'Who may reach whom; what is not here is closed.',
  ),
});

const answers = (description: string) => described(v.picklist(['yes', 'no', 'some']), description);
export const side = (description: string) =>
  described(
    v.strictObject({
      direction: described(v.picklist(['egress', 'ingress']), 'Which half of the connection this is.'),
      allowed: answers('Whether this half is open; some: on a part of the ports.'),
      because: v.optional(
        described(v.picklist(['not-restricted', 'host-network', 'node']), 'Why, where no rule has to allow it.'),
      ),
      isolating: places('Policies that deny here what no rule allows.'),
      granting: places('Rules that allow it.'),
      denying: places('Rules that deny it, whatever others allow.'),
      nearest: described(
        v.array(
          v.strictObject({
            place: described(place, 'The rule.'),
            differs: described(
              v.picklist(['port', 'peer', 'subject']),
              'port: it is for other ports. peer: for other ends. subject: for other pods than these.',
            ),
            text: says('What it allows, or what it takes to fall under it.'),
          }),
        ),
        'Where no rule allows it: rules that nearly do.',
      ),
    }),
    description,
  );
const resolution = v.strictObject({
  status: described(
    v.picklist(['observed', 'unobserved', 'denied']),
    'observed: Cilium sees the answers. unobserved: rules for names never learn addresses. denied: nothing resolves it.',
  ),
  rules: places('The DNS rules; where it is denied, those for other names.'),
});

export const explainSchema = v.strictObject({
  schemaVersion: version,
  dialect,
  findings,
  query: described(
    v.strictObject({
      from: says('As --from takes it.'),
      to: says('As --to takes it.'),
      port: described(portRange, 'The ports of --port.'),
    }),
    'What was asked.',
  ),
  allowed: answers('The answer; some: ends or ports that were asked about differ.'),
  verdicts: described(
    v.array(
      v.strictObject({
        from: source,
        to: destination,
        connections,
        allowed: answers('The answer for these two; some: a part of the ports is open.'),
        isSelf: v.optional(described(v.literal(true), 'A pod and itself, which no policy parts.')),
        egress: v.optional(side('What policies say at the source, where it is a pod.')),
        ingress: v.optional(side('What policies say at the destination, where it is a pod.')),
        resolution: v.optional(described(resolution, 'For host names: whether the source can have it resolved.')),
      }),
    ),
    'One for each pair of ends that policies tell apart.',
  ),
  omitted: counts('Number of pairs of ends that were not looked at, since there are too many.'),
});

const state = (description: string) =>
  described(
    v.strictObject({
      dialect,
      workloads: counts('Number of workloads.'),
      policies: counts('Number of policies that were evaluated.'),
      findings,
    }),
    description,
  );
const groupEnd = (description: string) =>
  described(
    v.variant('kind', [
      v.strictObject({
        kind: described(v.literal('workloads'), 'Workloads of the cluster.'),
        namespaces: described(v.array(v.string()), 'Their namespaces.'),
        workloads: counts('How many they are.'),
        same: v.optional(described(v.literal(true), 'Each pair is within one namespace.')),
      }),
      addresses,
      hostName,
      entities,
    ]),
    description,
  );
const example = v.strictObject({ from: says('One end, as text shows it.'), to: says('The other end.') });

export const diffSchema = v.strictObject({
  schemaVersion: version,
  before: state('The old manifests.'),
  after: state('The new manifests.'),
  groups: described(
    v.array(
      v.strictObject({
        kind: described(v.picklist(CHANGE_KINDS), 'What changes; --fail-on takes the same words.'),
        tags: described(
          v.array(v.picklist(CHANGE_TAGS)),
          "What makes it worth a second look: addresses or hosts outside, a cloud's metadata service, the Kubernetes API, another namespace.",
        ),
        from: groupEnd('Where connections come from.'),
        to: groupEnd('Where they go to.'),
        connections: described(
          connections,
          'Of added and widened what is new; of removed, narrowed and lost-l7 what is gone; of the others what is concerned.',
        ),
        pairs: counts('Number of pairs of a workload and the other end.'),
        examples: described(v.array(example), 'Some of the pairs.'),
      }),
    ),
    'Connections that change alike, the dangerous ones first. Empty: who may reach whom stays the same.',
  ),
  appeared: described(v.array(v.string()), 'Workloads that are only in the new manifests.'),
  disappeared: described(v.array(v.string()), 'Workloads that are only in the old manifests.'),
});

export const checkSchema = v.strictObject({
  schemaVersion: version,
  dialect,
  objects: counts('Number of objects that were read.'),
  policies: counts('Number of policies among them.'),
  findings: described(v.array(ruleFinding), 'What could not be read or evaluated, and then what the rules found.'),
  suppressed: described(
    v.array(
      v.strictObject({ finding: described(ruleFinding, 'The finding.'), reason: says('Why it is as it should be.') }),
    ),
    'Findings that were accepted.',
  ),
});

/** What `portcullis reach --format json` prints. */
export type ReachJson = Data<v.InferOutput<typeof reachSchema>>;
/** What `portcullis explain --format json` prints. */
export type ExplainJson = Data<v.InferOutput<typeof explainSchema>>;
/** What `portcullis diff --format json` prints. */
export type DiffJson = Data<v.InferOutput<typeof diffSchema>>;
/** What `portcullis check --format json` prints. */
export type CheckJson = Data<v.InferOutput<typeof checkSchema>>;
