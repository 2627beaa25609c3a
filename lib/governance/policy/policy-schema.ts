import * as v from 'valibot';
import { type Data, described, finding, line, says, version } from '../../analysis/format/json-parts';
import { ALLOWLIST_VARIABLE, EGRESS_VARIABLES } from '../../model/egress-settings';
import { recordedParts } from '../flow-report/flow-report-schema';
import { POLICY_SOURCES } from './settle';
import { EGRESS_RULES, RULE_STATES } from './verify';

const text = v.string();
const isOn = (description: string) => described(v.boolean(), description);
const source = described(
  v.picklist(POLICY_SOURCES),
  'default, settings of an environment, what programs allow, or the variable.',
);
const SOURCES = Object.fromEntries(
  [ALLOWLIST_VARIABLE, ...Object.values(EGRESS_VARIABLES)].map((name) => [name, source] as const),
);

/** What `portcullis policy` prints with `--format json`, and writes with `--summary-out`. */
export const policySchema = v.strictObject({
  schemaVersion: version,
  enforce: isOn('Whether guards stop what the list does not name.'),
  allowlist: described(
    v.strictObject({
      tokens: described(v.array(text), 'What was listed: keywords, hosts, ranges of addresses.'),
      hosts: described(v.array(text), 'What may be reached: hosts that were reviewed for the keywords, and the rest.'),
    }),
    'What may be reached outside the cluster.',
  ),
  log: described(v.picklist([0, 1, 2]), '0 errors alone, 1 what matters, 2 everything.'),
  logFormat: described(v.picklist(['text', 'json']), 'How it is logged.'),
  openTelemetry: isOn('Whether counts go to OpenTelemetry.'),
  prometheus: isOn('Whether counts go to Prometheus.'),
  failOnBlocked: isOn('Whether a blocked event fails.'),
  allowDisable: isOn('Whether enforce: false passes.'),
  failOnDrift: isOn('Whether a difference from the lock fails.'),
  sources: described(v.strictObject(SOURCES), 'Where each value comes from, by the name of its variable.'),
  waiver: v.optional(
    described(
      v.strictObject({
        label: says('Label of the pull request.'),
        reason: says('Why it was granted.'),
        waives: described(v.array(text), 'Variables that loosen what is committed.'),
      }),
      'The waiver of this run.',
    ),
  ),
  rules: v.optional(
    described(
      v.array(
        v.strictObject({
          id: described(v.picklist(EGRESS_RULES.map(({ id }) => id)), 'Id of the rule.'),
          title: says('What it asks for.'),
          state: described(v.picklist(RULE_STATES), 'What came of it.'),
        }),
      ),
      'The five rules; absent where only --print was asked for.',
    ),
  ),
  drift: v.optional(
    described(
      v.strictObject({
        file: says('The lock.'),
        added: described(v.array(text), 'On the list, and not approved.'),
        removed: described(
          v.array(v.strictObject({ host: says('The host.'), line })),
          'Approved, and not on the list.',
        ),
      }),
      'How list and lock differ; absent where only --print was asked for.',
    ),
  ),
  ...v.partial(v.strictObject(recordedParts)).entries,
  findings: described(v.array(finding), 'What is wrong.'),
});

export type PolicyJson = Data<v.InferOutput<typeof policySchema>>;
