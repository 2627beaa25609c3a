import { didYouMean } from '../../environment/did-you-mean';
import { type Finding, quoted } from '../../finding';
import {
  ALLOWLIST_VARIABLE,
  EGRESS_VARIABLES,
  type EgressSetting,
  type EgressSettings,
} from '../../model/egress-settings';
import { type AllowlistTokens, readAllowlist } from './allowlist-tokens';

/** Variables of a process, as `process.env` has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What the variables say; what is not set is absent. */
export interface SaidByVariables {
  readonly settings: Partial<EgressSettings>;
  readonly allowlist?: AllowlistTokens;
  /** Values that cannot be, and names that nobody reads. */
  readonly findings: readonly Finding[];
}

/** What each variable may be, as it is written and as it is meant. */
const VALUES: { readonly [Setting in EgressSetting]: Readonly<Record<string, EgressSettings[Setting]>> } = {
  enforce: { 0: false, 1: true },
  log: { 0: 0, 1: 1, 2: 2 },
  logFormat: { text: 'text', json: 'json' },
  openTelemetry: { 0: false, 1: true },
  prometheus: { 0: false, 1: true },
  failOnBlocked: { 0: false, 1: true },
  allowDisable: { 0: false, 1: true },
  failOnDrift: { 0: false, 1: true },
};

const NAMES: readonly string[] = [ALLOWLIST_VARIABLE, ...Object.values(EGRESS_VARIABLES)];
const PREFIX = /^EGRESS_/;

/** Reads the variables of seed 003. A value that is neither on nor off is an error, since it might have been meant as either. */
export function readVariables(variables: Variables): SaidByVariables {
  const settings: Record<string, EgressSettings[EgressSetting]> = {};
  const findings: Finding[] = [];
  for (const setting of Object.keys(EGRESS_VARIABLES) as readonly EgressSetting[]) {
    const name = EGRESS_VARIABLES[setting];
    const text = variables[name];
    if (text === undefined) continue;
    const values: Readonly<Record<string, EgressSettings[EgressSetting]>> = VALUES[setting];
    const value = Object.hasOwn(values, text) ? values[text] : undefined;
    if (value === undefined) findings.push(refused(name, text, Object.keys(values)));
    else settings[setting] = value;
  }
  const list = variables[ALLOWLIST_VARIABLE];
  const allowlist = list === undefined ? undefined : readAllowlist(list);
  return {
    settings,
    ...(allowlist === undefined ? {} : { allowlist }),
    findings: [...findings, ...(allowlist?.findings ?? []), ...unread(variables)],
  };
}

function refused(name: string, text: string, values: readonly string[]): Finding {
  const choice = `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
  return {
    rule: 'egress-value',
    severity: 'error',
    where: { construct: name },
    message: text.trim() === '' ? 'the variable is set and empty' : `${quoted(text)} is not a value of the variable`,
    fix: `set it to ${choice}, or unset it`,
  };
}

/** A variable that is spelled wrong would silently leave its default in place. */
function unread(variables: Variables): readonly Finding[] {
  return Object.keys(variables)
    .filter((name) => PREFIX.test(name) && !NAMES.includes(name))
    .sort()
    .map((name) => ({
      rule: 'egress-variable',
      severity: 'warning',
      where: { construct: name },
      message: `nothing reads the variable${didYouMean(name, NAMES)}`,
      fix: `unset it, or use one of ${NAMES.join(', ')}`,
    }));
}
