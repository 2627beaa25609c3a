import type { Finding, Where } from '../../finding';
import {
  ALLOWLIST_VARIABLE,
  EGRESS_VARIABLES,
  type EgressSetting,
  type EgressSettings,
  isLooser,
  variableText,
} from '../../model/egress-settings';
import type { AllowlistTokens } from './allowlist-tokens';
import { INTERNET, isCovered } from './host-cover';
import type { SaidByVariables } from './read-variables';
import type { Waiver } from './waiver';

/** Where a value comes from. */
export const POLICY_SOURCES = ['default', 'settings', 'programs', 'variable'] as const;
export type PolicySource = (typeof POLICY_SOURCES)[number];

/** What was reviewed, and stands in the repository. */
export interface CommittedPolicy {
  readonly settings: EgressSettings;
  /** Settings that a file says, with the file. */
  readonly said: Partial<Readonly<Record<EgressSetting, string>>>;
  readonly allowlist: Pick<AllowlistTokens, 'tokens' | 'hosts'> & { readonly source: PolicySource };
  /** Hosts that the variable may name. */
  readonly reviewed: readonly string[];
}

/** The policy that holds, and how it came about. */
export interface EgressPolicy {
  readonly settings: EgressSettings;
  readonly allowlist: Pick<AllowlistTokens, 'tokens' | 'hosts'>;
  /** Where each variable's value comes from, by the name of the variable. */
  readonly sources: Readonly<Record<string, PolicySource>>;
  /** The waiver that was given, with the variables that it lets loosen. */
  readonly waiver?: Waiver & { readonly waives: readonly string[] };
  readonly findings: readonly Finding[];
}

/**
 * What is committed, changed by what the variables say: they may always tighten it, and loosen it with a waiver alone.
 * What a variable may not loosen stays as it was committed.
 */
export function settlePolicy(
  committed: CommittedPolicy,
  { settings: said, allowlist, findings: read }: SaidByVariables,
  waiver?: Waiver,
): EgressPolicy {
  const findings: Finding[] = [...read];
  const waives: string[] = [];
  const sources: Record<string, PolicySource> = {};
  /** Notes what is looser than committed, and says whether it holds all the same. */
  const holds = (variable: string, loosened: string): boolean => {
    findings.push(waiver === undefined ? refused(variable, loosened) : waived(variable, loosened, waiver));
    if (waiver !== undefined) waives.push(variable);
    return waiver !== undefined;
  };
  const settle = <Setting extends EgressSetting>(setting: Setting): EgressSettings[Setting] => {
    const variable = EGRESS_VARIABLES[setting];
    const before = committed.settings[setting];
    const value = said[setting] as EgressSettings[Setting] | undefined;
    sources[variable] = committed.said[setting] === undefined ? 'default' : 'settings';
    if (value === undefined) return before;
    const loosened = `${variableText(value)} is looser than ${variableText(before)}, which ${committed.said[setting] ?? 'is the default'}${committed.said[setting] === undefined ? '' : ' says'}`;
    if (isLooser(setting, value, before) && !holds(variable, loosened)) return before;
    sources[variable] = 'variable';
    return value;
  };
  const settings: EgressSettings = {
    enforce: settle('enforce'),
    log: settle('log'),
    logFormat: settle('logFormat'),
    openTelemetry: settle('openTelemetry'),
    prometheus: settle('prometheus'),
    failOnBlocked: settle('failOnBlocked'),
    allowDisable: settle('allowDisable'),
    failOnDrift: settle('failOnDrift'),
  };
  let list: Pick<AllowlistTokens, 'tokens' | 'hosts'> = committed.allowlist;
  sources[ALLOWLIST_VARIABLE] = committed.allowlist.source;
  if (allowlist !== undefined && allowlist.findings.length === 0) {
    const further = allowlist.hosts.filter((host) => !isCovered(host, committed.reviewed));
    if (further.length === 0 || holds(ALLOWLIST_VARIABLE, `nobody reviewed ${further.join(', ')}`)) {
      list = allowlist;
      sources[ALLOWLIST_VARIABLE] = 'variable';
    }
  }
  if (list.hosts.includes(INTERNET)) {
    if (waiver === undefined) findings.push(everything());
    else holds(ALLOWLIST_VARIABLE, 'a program allows the internet as a whole');
  }
  if (waiver !== undefined && waives.length === 0) findings.push(unused(waiver));
  return {
    settings,
    allowlist: { tokens: list.tokens, hosts: list.hosts },
    sources,
    ...(waiver === undefined ? {} : { waiver: { ...waiver, waives } }),
    findings: [...findings, ...enforcement(settings, committed), ...emptiness(list)],
  };
}

function refused(variable: string, loosened: string): Finding {
  const enforces = variable === EGRESS_VARIABLES.enforce;
  return {
    rule: enforces ? 'egress-enforcement' : 'egress-loosened',
    severity: 'error',
    where: { construct: variable },
    message: `${loosened}, and no waiver is recorded`,
    fix: `unset it, or record a waiver: --waiver-reason '…'${enforces ? `, and ${EGRESS_VARIABLES.allowDisable}=1` : ''}`,
  };
}

function waived(variable: string, loosened: string, { label, reason }: Waiver): Finding {
  return {
    rule: 'egress-waived',
    severity: 'warning',
    where: { construct: variable },
    message: `${loosened}; it is waived by ${label}: ${reason}`,
    fix: 'unset it as soon as the reason is gone',
  };
}

function unused({ label }: Waiver): Finding {
  return {
    rule: 'egress-waiver',
    severity: 'warning',
    where: { construct: 'waiver' },
    message: `the waiver ${label} waives nothing`,
    fix: 'leave it out',
  };
}

/** The first rule of seed 003. */
function enforcement({ enforce, allowDisable }: EgressSettings, committed: CommittedPolicy): readonly Finding[] {
  if (enforce || allowDisable) return [];
  const file = committed.settings.enforce ? undefined : committed.said.enforce;
  const where: Where = file === undefined ? { construct: EGRESS_VARIABLES.enforce } : { file };
  return [
    {
      rule: 'egress-enforcement',
      severity: 'error',
      where,
      message: `enforcement is off, and ${EGRESS_VARIABLES.allowDisable} is not 1`,
      fix: `enforce, or allow it with ${EGRESS_VARIABLES.allowDisable}=1`,
    },
  ];
}

/** The second rule, for what programs allow; the variable was looked at when it was read. */
function emptiness({ hosts }: Pick<AllowlistTokens, 'hosts'>): readonly Finding[] {
  if (hosts.length > 0) return [];
  const fix = `name what is needed, or set ${ALLOWLIST_VARIABLE} for this run`;
  return [listed('egress-empty', 'the list of allowed hosts is empty', fix)];
}

/** The third rule, for what programs allow. */
function everything(): Finding {
  const fix = "name the hosts that are needed, or record a waiver: --waiver-reason '…'";
  return listed('egress-wildcard', 'a program allows the internet as a whole', fix);
}

function listed(rule: string, message: string, fix: string): Finding {
  return { rule, severity: 'error', where: { construct: ALLOWLIST_VARIABLE }, message, fix };
}
