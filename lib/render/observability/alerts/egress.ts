import type { Alert } from '../alert';
import { AGENT_POLICY_DENIED } from '../catalogue/cilium-agent';
import { FLOW_POLICY_DENIED } from '../catalogue/hubble';
import { grown } from '../grown';
import { type MonitoredPlatform, workspaceNamespaces } from '../monitored';
import { type AlertFamily, BORN_AT_5, boundary, cannotSee, fires, GROWN_AT_10, silent, UNMOVED } from './alert-set';

const WORDS = {
  name: 'EgressPolicyViolation',
  severity: 'warning',
  for: '1m',
  summary: 'Egress policy violation in agent namespace',
} as const;

/**
 * What policies keep from getting out, in the words of seed 000, whose metric nobody exports. Hubble knows whose
 * traffic it was; the agents of Cilium only know the node.
 */
export const egress: AlertFamily = (platform) => {
  if (platform.cilium === undefined) {
    return cannotSee(
      ['EgressPolicyViolation', 'BlockedEgressRateHigh'],
      'no metric shows what plain NetworkPolicies drop',
      'use Cilium, or the metrics of the network plugin',
    );
  }
  if (platform.workspaces.length === 0) {
    return cannotSee(
      ['EgressPolicyViolation', 'BlockedEgressRateHigh'],
      'no workspace is declared yet',
      'declare the workspaces before the alerts',
    );
  }
  if (platform.cilium.hubble) return { alerts: [violation(platform), rate(platform)], leftOut: [] };
  const { leftOut } = cannotSee(
    ['BlockedEgressRateHigh'],
    'without Hubble nobody knows whose traffic was blocked',
    'enable Hubble, and set observability.hubble: true',
  );
  return { alerts: [violationOnNode()], leftOut };
};

function violation(platform: MonitoredPlatform): Alert {
  const [workspace] = workspaceNamespaces(platform);
  const namespace = workspace?.namespace ?? '';
  const labels = {
    source_namespace: namespace,
    source_workload: 'agent',
    destination: '203.0.113.9',
    workspace_id: workspace?.workspaceId ?? '',
  };
  const firing = { labels };
  const series = (reason: string, direction = 'egress', source = namespace) =>
    `hubble_drop_total{reason="${reason}",protocol="TCP",source_namespace="${source}",source_workload="agent",destination="203.0.113.9",traffic_direction="${direction}"}`;
  return {
    ...WORDS,
    expr: `sum by (source_namespace, source_workload, destination) (
  ${grown(`hubble_drop_total{reason=~"${FLOW_POLICY_DENIED}",traffic_direction="egress"}`, '5m')}
)
* on (source_namespace) group_left (workspace_id) portcullis:workspace:info`,
    description:
      'Network policy blocked egress from agent pod: {{ $labels.source_workload }} in namespace {{ $labels.source_namespace }} (workspace {{ $labels.workspace_id }}) tried to reach {{ $labels.destination }}.',
    meaning:
      'Something in a workspace tried to reach what no edge allows, and was stopped. In a namespace that several workspaces share, Hubble cannot tell which of them it was. Traffic that is refused by a DNS or HTTP rule is no drop and is not seen here.',
    response: [
      'See the flows: `hubble observe --namespace <namespace> --verdict DROPPED --since 10m`.',
      'See which rule is missing: `portcullis explain <manifests> --from <workspace>/agent --to <destination> --port tcp/443`.',
      'If the workspace needs it, propose the edge with its purpose; if not, find out who in the pod asked for it.',
    ],
    tests: [
      fires('the first connection that is blocked', '6m', { [series('POLICY_DENIED')]: BORN_AT_5 }, firing),
      fires('one more', '11m', { [series('POLICY_DENIED')]: GROWN_AT_10 }, firing),
      silent('blocked on the way in', '6m', { [series('POLICY_DENIED', 'ingress')]: BORN_AT_5 }),
      silent('dropped for another reason', '6m', { [series('STALE_OR_UNROUTABLE_IP')]: BORN_AT_5 }),
      silent('a namespace that is no workspace', '6m', { [series('POLICY_DENIED', 'egress', 'elsewhere')]: BORN_AT_5 }),
      silent('blocked long ago', '10m', { [series('POLICY_DENIED')]: UNMOVED }),
      boundary('not yet a minute', '5m', { [series('POLICY_DENIED')]: BORN_AT_5 }),
      boundary('by a rule that denies', '6m', { [series('POLICY_DENY')]: BORN_AT_5 }, firing),
    ],
  };
}

/** Without Hubble: all pods of a node together. */
function violationOnNode(): Alert {
  const firing = { labels: { instance: '10.0.0.1:9962' } };
  const series = (reason: string, direction = 'EGRESS') =>
    `cilium_drop_count_total{instance="10.0.0.1:9962",reason="${reason}",direction="${direction}"}`;
  return {
    ...WORDS,
    expr: `sum by (instance) (
  ${grown(`cilium_drop_count_total{reason=~"${AGENT_POLICY_DENIED}",direction="EGRESS"}`, '5m')}
)`,
    description: 'Network policy blocked egress from a pod on the node of {{ $labels.instance }}.',
    meaning:
      'Something on the node tried to reach what no edge allows, and was stopped. Without Hubble the metric is for the whole node, pods of other platforms included.',
    response: [
      'See whose it was: `kubectl -n kube-system exec ds/cilium -- cilium-dbg monitor --type drop` on that node.',
      'Enable Hubble, so that the alert names the workspace.',
    ],
    tests: [
      fires('the first packet that is blocked', '6m', { [series('Policy denied')]: BORN_AT_5 }, firing),
      fires('one more', '11m', { [series('Policy denied')]: GROWN_AT_10 }, firing),
      silent('blocked on the way in', '6m', { [series('Policy denied', 'INGRESS')]: BORN_AT_5 }),
      silent('dropped for another reason', '6m', { [series('Stale or unroutable IP')]: BORN_AT_5 }),
      boundary('not yet a minute', '5m', { [series('Policy denied')]: BORN_AT_5 }),
      boundary('by a rule that denies', '6m', { [series('Policy denied by denylist')]: BORN_AT_5 }, firing),
    ],
  };
}

function rate(platform: MonitoredPlatform): Alert {
  const [workspace] = workspaceNamespaces(platform);
  const firing = { labels: { workspace_id: workspace?.workspaceId ?? '' } };
  const verdicts = (action: string, direction = 'egress') =>
    `hubble_policy_verdicts_total{direction="${direction}",match="l3-l4",action="${action}",source_namespace="${workspace?.namespace}",source_workload="agent"}`;
  return {
    name: 'BlockedEgressRateHigh',
    severity: 'warning',
    expr: `portcullis:egress_blocked:rate5m
  / (portcullis:egress_blocked:rate5m + (portcullis:egress_allowed:rate5m or portcullis:egress_blocked:rate5m * 0))
> 0.05`,
    for: '10m',
    summary: 'A workspace is blocked again and again',
    description:
      '{{ $value | humanizePercentage }} of the connections out of workspace {{ $labels.workspace_id }} are blocked by policy, for ten minutes.',
    meaning:
      'Single blocked connections are what EgressPolicyViolation is for. A share that stays high is a workflow that cannot do its work, or somebody who tries one target after the other.',
    response: [
      'See the targets: the panel “Top denied destinations”, or `hubble observe --namespace <namespace> --verdict DROPPED --since 30m`.',
      'One target: an edge is missing, propose it. Many targets: stop the agent and look at what it was asked to do.',
    ],
    tests: [
      fires(
        'one in ten is blocked',
        '20m',
        { [verdicts('dropped')]: '0+60x30', [verdicts('forwarded')]: '0+540x30' },
        { ...firing, value: '10%' },
      ),
      fires('everything is blocked', '20m', { [verdicts('dropped')]: '0+60x30' }, { ...firing, value: '100%' }),
      silent('nothing is blocked', '20m', { [verdicts('forwarded')]: '0+540x30', [verdicts('redirected')]: '0+60x30' }),
      silent('blocked on the way in', '20m', { [verdicts('dropped', 'ingress')]: '0+60x30' }),
      boundary('exactly one in twenty', '20m', {
        [verdicts('dropped')]: '0+60x30',
        [verdicts('forwarded')]: '0+1140x30',
      }),
      boundary('not yet ten minutes', '9m', { [verdicts('dropped')]: '0+60x30' }),
    ],
  };
}
