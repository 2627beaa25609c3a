import { printable } from '../../finding';
import { ALLOWLIST_VARIABLE, EGRESS_VARIABLES, type EgressSetting, variableText } from '../../model/egress-settings';
import type { PolicyReport } from './policy-json';
import type { EgressPolicy } from './settle';
import type { Verification } from './verify';

/** The order of seed 003. */
const ORDER: readonly (EgressSetting | 'allowlist')[] = [
  'enforce',
  'allowlist',
  'log',
  'logFormat',
  'openTelemetry',
  'prometheus',
  'failOnBlocked',
  'allowDisable',
  'failOnDrift',
];

/** For people: each variable with what holds and where it comes from, and what the list comes to. */
export function* policyText(policy: EgressPolicy): Generator<string> {
  const { settings, allowlist, sources, waiver } = policy;
  for (const setting of ORDER) {
    const isList = setting === 'allowlist';
    const variable = isList ? ALLOWLIST_VARIABLE : EGRESS_VARIABLES[setting];
    const value = isList ? allowlist.tokens.join(',') : variableText(settings[setting]);
    yield `${`${variable}=${printable(value)}`.padEnd(30)}  # ${sources[variable]}\n`;
  }
  if (waiver !== undefined) yield `waiver  ${printable(waiver.label)}: ${printable(waiver.reason)}\n`;
  yield '\nallowed\n';
  for (const host of allowlist.hosts) yield `  ${printable(host)}\n`;
}

/** For people: the rules with what came of each. */
export function* verificationText({
  policy,
  verification,
}: Pick<PolicyReport, 'policy'> & { readonly verification: Verification }): Generator<string> {
  for (const { id, title, state } of verification.rules) yield `${state.padEnd(13)}  ${title} (${id})\n`;
  const others = verification.findings.filter(
    ({ rule, severity }) => severity === 'error' && !verification.rules.some(({ id }) => id === rule),
  );
  for (const rule of new Set(others.map((finding) => finding.rule))) yield `${'failed'.padEnd(13)}  ${rule}\n`;
  const { waiver } = policy;
  if (waiver !== undefined) {
    yield `waiver         ${printable(waiver.label)}: ${printable(waiver.reason)} (${waiver.waives.join(', ') || 'waives nothing'})\n`;
  }
}
