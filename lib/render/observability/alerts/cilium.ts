import type { Alert } from '../alert';
import { grown } from '../grown';
import { type AlertFamily, BORN_AT_5, boundary, fires, leaveOut, silent, UNMOVED } from './alert-set';

const INSTANCE = '10.0.0.1:9962';
const firing = { labels: { instance: INSTANCE } };

/** Whether Cilium enforces what it was given. */
export const cilium: AlertFamily = (platform) => {
  if (platform.cilium === undefined) {
    return leaveOut(
      ['PolicyMapPressure', 'PolicyMapFull', 'PolicyImportFailure', 'AuditModeOn'],
      'the platform is not enforced by Cilium',
      'use Cilium; see the network plugin for its own alerts',
    );
  }
  const enforces = platform.workspaces.some(({ stages }) => stages.egress === 'enforce');
  const audit = enforces
    ? { alerts: [AUDIT_MODE], leftOut: [] }
    : leaveOut(['AuditModeOn'], 'every workspace only observes', 'bring a workspace to enforce');
  return { alerts: [PRESSURE, FULL, IMPORT_FAILURE, ...audit.alerts], leftOut: audit.leftOut };
};

const MAP = `cilium_bpf_map_pressure{instance="${INSTANCE}",map_name="cilium_policy_v2_*"}`;
const FULLEST = 'max by (instance) (cilium_bpf_map_pressure{map_name=~"(cilium_)?policy_.*"})';
const MAP_RESPONSE = [
  'See which pod it is: `kubectl -n kube-system exec <agent of the node> -- cilium-dbg bpf policy list --all`, the longest list.',
  'See which rule asks for most: `portcullis check <manifests>` (policy-map-budget). Labels that differ from pod to pod multiply identities, and with them entries.',
  'Name fewer peers or fewer ports; as a stopgap raise `bpf.policyMapMax` of Cilium.',
];

const PRESSURE: Alert = {
  name: 'PolicyMapPressure',
  severity: 'warning',
  expr: `${FULLEST} > 0.8`,
  for: '5m',
  summary: 'The policy map of a pod is nearly full',
  description: 'A policy map on the node of {{ $labels.instance }} is {{ $value | humanizePercentage }} full.',
  meaning:
    'Cilium keeps what a pod may reach in a table of 16,384 entries. Once it is full, further rules are not enforced for the pod. The metric is of the fullest pod of each node, and is only there from 10 % on, so that its absence means health.',
  response: MAP_RESPONSE,
  tests: [
    fires('nearly full', '6m', { [MAP]: '0.9x20' }, { ...firing, value: '90%' }),
    silent('half full', '6m', { [MAP]: '0.5x20' }),
    silent('another map', '6m', {
      [`cilium_bpf_map_pressure{instance="${INSTANCE}",map_name="cilium_ct4_global"}`]: '0.95x20',
    }),
    boundary('exactly four fifths', '6m', { [MAP]: '0.8x20' }),
    boundary('not yet five minutes', '4m', { [MAP]: '0.9x20' }),
  ],
};

const FULL: Alert = {
  name: 'PolicyMapFull',
  severity: 'critical',
  expr: `${FULLEST} >= 1`,
  for: '1m',
  summary: 'The policy map of a pod is full',
  description:
    'A policy map on the node of {{ $labels.instance }} is full, so that a part of the policies is not enforced there.',
  meaning: 'What does not fit is neither allowed nor denied as written. Cilium does not lock the pod down by default.',
  response: MAP_RESPONSE,
  tests: [
    fires('full', '2m', { [MAP]: '1x20' }, firing),
    fires('more is wanted than fits', '2m', { [MAP]: '1.4x20' }, firing),
    silent('nearly full', '5m', { [MAP]: '0.95x20' }),
    boundary('not yet a minute', '0m', { [MAP]: '1x20' }),
  ],
};

const FAILED = `cilium_policy_change_total{instance="${INSTANCE}",outcome="fail"}`;

const IMPORT_FAILURE: Alert = {
  name: 'PolicyImportFailure',
  severity: 'critical',
  // The agent declares `failure`, which stays at 0, and counts `fail`.
  expr: `sum by (instance) (
  ${grown('cilium_policy_change_total{outcome=~"fail|failure"}', '10m')}
)`,
  summary: 'Cilium refused a policy',
  description:
    'The agent {{ $labels.instance }} refused {{ $value | humanize }} policies in the last 10 minutes; they are not enforced on its node.',
  meaning: 'A policy that an agent refuses is as good as none. The others stay in force.',
  response: [
    'See which and why: `kubectl -n kube-system logs <agent> --since=15m | grep -i "policy"`, and the status of the policies: `kubectl get cnp,ccnp -A -o wide`.',
    'If it is ours, `portcullis check <manifests>` says what Cilium refuses; somebody may also have applied one by hand.',
  ],
  tests: [
    fires('the first refusal', '5m', { [FAILED]: BORN_AT_5 }, { ...firing, value: '1' }),
    fires(
      'a refusal as later versions count it',
      '5m',
      { [`cilium_policy_change_total{instance="${INSTANCE}",outcome="failure"}`]: '0x4 2x20' },
      { ...firing, value: '2' },
    ),
    silent('policies that are taken over', '5m', {
      [`cilium_policy_change_total{instance="${INSTANCE}",outcome="success"}`]: '0+3x20',
    }),
    silent('a refusal long ago', '15m', { [FAILED]: UNMOVED }),
    boundary('over, ten minutes after it', '15m', { [FAILED]: BORN_AT_5 }),
  ],
};

const enforcement = (status: string) =>
  `cilium_policy_endpoint_enforcement_status{instance="${INSTANCE}",enforcement="${status}"}`;

const AUDIT_MODE: Alert = {
  name: 'AuditModeOn',
  severity: 'critical',
  expr: `sum by (instance) (
  cilium_policy_endpoint_enforcement_status{enforcement=~"audit-ingress|audit-egress|audit-both"}
) > 0`,
  for: '15m',
  summary: 'Cilium only audits, and enforces nothing',
  description:
    '{{ $value | humanize }} endpoints on the node of {{ $labels.instance }} have been in audit mode for 15 minutes: nothing that their policies deny is dropped.',
  meaning:
    'Audit mode is for looking at a change before it is enforced. While it is on, no policy on layers 3 and 4 holds, whatever the manifests say; workspaces of this environment are meant to be enforced.',
  response: [
    'See whether somebody is at it: the change log, or `kubectl -n kube-system get cm cilium-config -o jsonpath={.data.policy-audit-mode}`.',
    'Turn it off: `cilium config set policy-audit-mode false`; for a single endpoint `cilium-dbg endpoint config <id> PolicyAuditMode=Disabled`.',
  ],
  tests: [
    fires('left on', '16m', { [enforcement('audit-both')]: '2x30' }, { ...firing, value: '2' }),
    fires(
      'for one direction each',
      '16m',
      { [enforcement('audit-egress')]: '1x30', [enforcement('audit-ingress')]: '2x30' },
      { ...firing, value: '3' },
    ),
    silent('enforced', '16m', { [enforcement('both')]: '9x30', [enforcement('audit-both')]: '0x30' }),
    boundary('turned off in time', '16m', { [enforcement('audit-both')]: '2x13 0x30' }),
    boundary('not yet 15 minutes', '14m', { [enforcement('audit-both')]: '2x30' }),
  ],
};
