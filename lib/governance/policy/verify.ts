import { type Finding, quoted } from '../../finding';
import { EGRESS_VARIABLES } from '../../model/egress-settings';
import { blockedFindings } from '../flow-report/blocked-finding';
import type { FlowReport } from '../flow-report/flow-report';
import type { ReportedRule } from '../report/report';
import { type ApprovedHost, type HostDrift, hostDrift } from './lock-hosts';
import type { EgressPolicy } from './settle';

/** The five rules of seed 003. */
export const EGRESS_RULES = [
  { id: 'egress-enforcement', title: 'Enforcement is on, or it is allowed to be off' },
  { id: 'egress-empty', title: 'The list of allowed hosts is not empty' },
  { id: 'egress-wildcard', title: 'Nothing on the list stands for every host' },
  { id: 'egress-drift', title: 'The list is the one that the lock approves' },
  { id: 'egress-blocked', title: 'No host was blocked' },
] as const satisfies readonly ReportedRule[];

export const RULE_STATES = ['passed', 'warned', 'failed', 'not looked at'] as const;

export interface VerifiedRule {
  readonly id: (typeof EGRESS_RULES)[number]['id'];
  readonly title: string;
  readonly state: (typeof RULE_STATES)[number];
}

/** What the verification of a policy came to. */
export interface Verification {
  readonly rules: readonly VerifiedRule[];
  readonly drift: HostDrift;
  /** What is wrong, those of the policy itself included. */
  readonly findings: readonly Finding[];
}

export interface VerifyInput {
  readonly lock: { readonly file: string; readonly approved: readonly ApprovedHost[] };
  /** @default - nobody looked at what was blocked */
  readonly flows?: FlowReport;
}

/** Holds a policy against the five rules. */
export function verifyPolicy(policy: EgressPolicy, { lock, flows }: VerifyInput): Verification {
  const { settings, allowlist } = policy;
  const drift = hostDrift(allowlist.hosts, lock.approved);
  const findings = [
    ...policy.findings,
    ...driftFindings(drift, lock.file, settings.failOnDrift),
    ...(flows === undefined ? [] : blockedFindings(flows, settings.failOnBlocked)),
  ];
  const rules = EGRESS_RULES.map(({ id, title }): VerifiedRule => {
    const found = findings.filter(({ rule }) => rule === id);
    const isFailed = found.some(({ severity }) => severity === 'error');
    if (found.length > 0) return { id, title, state: isFailed ? 'failed' : 'warned' };
    return { id, title, state: id === 'egress-blocked' && flows === undefined ? 'not looked at' : 'passed' };
  });
  return { rules, drift, findings };
}

/** True if a finding is about drift alone, which has an exit code of its own. */
export function isDrift({ rule }: Finding): boolean {
  return rule === 'egress-drift';
}

/**
 * True if a finding says that the policy itself cannot be: whatever is written down about it would be wrong. What
 * differs from a lock, and what was blocked, is true and worth writing down.
 */
export function isRefusal({ rule, severity }: Finding): boolean {
  return severity === 'error' && rule !== 'egress-drift' && rule !== 'egress-blocked';
}

function driftFindings({ added, removed }: HostDrift, file: string, fails: boolean): readonly Finding[] {
  const severity = fails ? 'error' : 'warning';
  const rule = 'egress-drift';
  return [
    ...added.map((host): Finding => {
      const fix = 'have it reviewed, then write the lock anew with `portcullis lock`';
      return { rule, severity, where: { file }, message: `the lock does not approve ${quoted(host)}`, fix };
    }),
    ...removed.map(({ host, line }): Finding => {
      const message = `${quoted(host)} is approved, and not on the list`;
      const fix = `remove the line, or leave ${EGRESS_VARIABLES.failOnDrift} at 0 for runs with a shorter list`;
      return { rule, severity, where: { file, line }, message, fix };
    }),
  ];
}
