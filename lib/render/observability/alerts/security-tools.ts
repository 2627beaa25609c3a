import type { Alert } from '../alert';
import { grown, labelled } from '../grown';
import type { MonitoredPlatform } from '../monitored';
import { type AlertFamily, type AlertSet, BORN_AT_5, boundary, fires, leaveOut, silent, UNMOVED } from './alert-set';

/** Seed 002: a security tool that crashes or cannot be reached alerts the operator at once. */
export const securityTools: AlertFamily = (platform) => {
  const { kyverno, opa, identity } = platform;
  const sets: readonly AlertSet[] = [
    kyverno === undefined
      ? leaveOut(
          ['KyvernoDown', 'AdmissionUnreachable', 'AdmissionPolicyError'],
          'there is no Kyverno',
          'name it under observability.kyverno',
        )
      : only(workloadDown(DEPLOYMENT, 'KyvernoDown', 'Kyverno', kyverno), ADMISSION_UNREACHABLE, POLICY_ERROR),
    opa === undefined
      ? leaveOut(['OpaDown', 'OpaDecisionError'], 'there is no OPA', 'name it under observability.opa')
      : only(workloadDown(DEPLOYMENT, 'OpaDown', 'OPA', opa), decisionError(opa.namespace)),
    platform.cilium === undefined
      ? leaveOut(['CiliumAgentDown'], 'the platform is not enforced by Cilium', 'use Cilium')
      : only(nodeDown('CiliumAgentDown', 'Cilium', { namespace: 'kube-system', name: 'cilium' })),
    identity === undefined
      ? leaveOut(['SpireServerDown', 'SpireAgentDown'], 'the platform has no identities', 'declare identity')
      : only(
          workloadDown(STATEFUL_SET, 'SpireServerDown', 'The SPIRE server', {
            namespace: identity.spireNamespace,
            name: 'spire-server',
          }),
          nodeDown('SpireAgentDown', 'SPIRE', { namespace: identity.spireNamespace, name: 'spire-agent' }),
        ),
  ];
  const unreachable = toolNamespaces(platform);
  return {
    alerts: [
      ...sets.flatMap(({ alerts }) => alerts),
      ...(unreachable.length > 0 ? [toolUnreachable(unreachable)] : []),
    ],
    leftOut: sets.flatMap(({ leftOut }) => leftOut),
  };
};

function only(...alerts: readonly Alert[]): AlertSet {
  return { alerts, leftOut: [] };
}

const DEPLOYMENT = { metric: 'kube_deployment_status_replicas_available', label: 'deployment' } as const;
const STATEFUL_SET = { metric: 'kube_statefulset_status_replicas_ready', label: 'statefulset' } as const;

interface Tool {
  readonly namespace: string;
  readonly name: string;
}

/** What holds while a tool is away. */
const WITHOUT: Readonly<Record<string, string>> = {
  KyvernoDown:
    'While Kyverno is away, objects are refused or let through unchecked, as the failurePolicy of each policy says. Native ValidatingAdmissionPolicies and the hardening of the workloads stay in force.',
  OpaDown:
    'While OPA is away, the built-in policy of the orchestrator decides, which knows less. Container hardening limits what can go wrong.',
  SpireServerDown:
    'While the server is away, no identity is issued or renewed. What was issued holds until it expires.',
};

/** A workload without a single replica, or one that is not there at all. */
function workloadDown(kind: { metric: string; label: string }, alert: string, title: string, tool: Tool): Alert {
  const labels = { namespace: tool.namespace, [kind.label]: tool.name };
  const selector = `${kind.metric}{namespace="${tool.namespace}",${kind.label}="${tool.name}"}`;
  const firing = { labels };
  return {
    name: alert,
    severity: 'critical',
    expr: `max by (namespace, ${kind.label}) (${selector}) == 0
or absent(${selector})`,
    for: '1m',
    summary: `${title} is down`,
    description: `No replica of the ${kind.label} ${tool.name} in namespace ${tool.namespace} is available.`,
    meaning: WITHOUT[alert] ?? '',
    response: [
      `See what became of it: \`kubectl -n ${tool.namespace} describe ${kind.label} ${tool.name}\`, \`kubectl -n ${tool.namespace} get events --sort-by=.lastTimestamp\`.`,
      `See its log, that of the run before too: \`kubectl -n ${tool.namespace} logs ${kind.label}/${tool.name} --previous\`.`,
      `If it is gone on purpose, take it out of the environment, so that nobody counts on it.`,
    ],
    tests: [
      fires('no replica is left', '7m', { [selector]: '2x4 0x20' }, firing),
      fires('it was deleted', '7m', { [selector]: '2x4 stale' }, firing),
      fires('it never was there', '2m', {}, firing),
      silent('one of two replicas is there', '7m', { [selector]: '2x4 1x20' }),
      boundary('not yet a minute', '5m', { [selector]: '2x4 0x20' }),
      boundary('it comes back in time', '6m', { [selector]: '2x4 0 1x20' }),
    ],
  };
}

/** A DaemonSet that is missing on a node. */
function nodeDown(alert: string, title: string, tool: Tool): Alert {
  const selector = `{namespace="${tool.namespace}",daemonset="${tool.name}"}`;
  const [ready, desired] = ['kube_daemonset_status_number_ready', 'kube_daemonset_status_desired_number_scheduled'].map(
    (metric) => `${metric}${selector}`,
  ) as [string, string];
  const firing = { labels: { namespace: tool.namespace, daemonset: tool.name } };
  return {
    name: alert,
    severity: 'critical',
    expr: `max by (namespace, daemonset) (${ready})
  < max by (namespace, daemonset) (${desired})
or absent(${ready})`,
    for: '5m',
    summary: `${title} is down on a node`,
    description: `The pod of the daemonset ${tool.name} in namespace ${tool.namespace} is not ready on every node.`,
    meaning:
      title === 'Cilium'
        ? 'What the agent loaded stays enforced on its node, but new pods get no network, and changes of policies do not arrive.'
        : 'Pods of the node that start get no identity, and those that run lose theirs when it expires.',
    response: [
      `Find the node: \`kubectl -n ${tool.namespace} get pods -o wide | grep ${tool.name}\`.`,
      `See what became of the pod: \`kubectl -n ${tool.namespace} describe pod <pod>\`, \`kubectl -n ${tool.namespace} logs <pod> --previous\`.`,
      'If the node itself is lost, drain it.',
    ],
    tests: [
      fires('one node of three', '11m', { [ready]: '3x4 2x20', [desired]: '3x30' }, firing),
      fires('it never was there', '6m', {}, firing),
      silent('every node', '11m', { [ready]: '3x30', [desired]: '3x30' }),
      boundary('a new node comes up in time', '11m', { [ready]: '3x7 4x20', [desired]: '3x4 4x20' }),
      boundary('not yet five minutes', '9m', { [ready]: '3x4 2x20', [desired]: '3x30' }),
    ],
  };
}

/** Namespaces in which nothing but security tools runs. */
function toolNamespaces({ kyverno, opa, identity }: MonitoredPlatform): readonly string[] {
  return [...new Set([kyverno?.namespace, opa?.namespace, identity?.spireNamespace].flatMap((one) => one ?? []))];
}

function toolUnreachable(namespaces: readonly string[]): Alert {
  const labels = { namespace: namespaces[0] as string, job: 'metrics', instance: '10.1.0.1:8000' };
  const series = `up{namespace="${labels.namespace}",job="metrics",instance="10.1.0.1:8000"}`;
  return {
    name: 'SecurityToolUnreachable',
    severity: 'critical',
    expr: `max by (namespace, job, instance) (up{namespace=~"${namespaces.join('|')}"}) == 0`,
    for: '1m',
    summary: 'A security tool does not answer',
    description: '{{ $labels.job }} in namespace {{ $labels.namespace }} does not answer at {{ $labels.instance }}.',
    meaning:
      'The pod runs, but what asks it gets no answer: it hangs, or the network is in the way. Prometheus sees it where it scrapes the tool.',
    response: [
      'See whether it is the tool or the way to it: `kubectl -n <namespace> get pods -o wide`, then its log.',
      'If a policy is in the way, `portcullis explain <manifests> --from <prometheus> --to <tool> --port tcp/<port>` names it.',
    ],
    tests: [
      fires('no answer', '7m', { [series]: '1x4 0x20' }, { labels }),
      silent('it answers', '7m', { [series]: '1x30' }),
      silent('another namespace', '7m', { 'up{namespace="elsewhere",job="a",instance="b"}': '0x30' }),
      boundary('one scrape is missed', '6m', { [series]: '1x4 0 1x20' }),
      boundary('not yet a minute', '5m', { [series]: '1x4 0x20' }),
    ],
  };
}

const FAIL_OPEN = 'apiserver_admission_webhook_fail_open_count';
const REJECTED = 'apiserver_admission_webhook_rejection_count';
const HOOK = 'validate.kyverno.svc';

const ADMISSION_UNREACHABLE: Alert = {
  name: 'AdmissionUnreachable',
  severity: 'critical',
  expr: `sum by (name, outcome) (
  ${labelled('outcome', {
    'let through unchecked': grown(`${FAIL_OPEN}{name=~".*kyverno.*"}`, '5m'),
    refused: grown(`${REJECTED}{name=~".*kyverno.*",error_type="calling_webhook_error"}`, '5m'),
  })}
)`,
  summary: 'The API server cannot reach Kyverno',
  description:
    '{{ $value | humanize }} requests were {{ $labels.outcome }} in the last 5 minutes because the webhook {{ $labels.name }} did not answer.',
  meaning:
    'The API server asked Kyverno and got no answer. With failurePolicy Ignore the object is in the cluster although nobody looked at it.',
  response: [
    'See Kyverno: `kubectl -n kyverno get pods`, and the Service that the webhook names.',
    'Look at what came in meanwhile, once Kyverno is back: `kubectl get policyreports -A`, which the background scan fills.',
    'Policies that guard isolation should have failurePolicy Fail.',
  ],
  tests: [
    fires(
      'the first that is let through',
      '5m',
      { [`${FAIL_OPEN}{name="${HOOK}-ignore",type="validating"}`]: BORN_AT_5 },
      { labels: { name: `${HOOK}-ignore`, outcome: 'let through unchecked' }, value: '1' },
    ),
    fires(
      'refused',
      '10m',
      {
        [`${REJECTED}{name="${HOOK}-fail",type="validating",operation="CREATE",error_type="calling_webhook_error",rejection_code="0"}`]:
          '0x9 1x20',
      },
      { labels: { name: `${HOOK}-fail`, outcome: 'refused' }, value: '1' },
    ),
    silent('refused by a policy, as it should be', '10m', {
      [`${REJECTED}{name="${HOOK}-fail",type="validating",operation="CREATE",error_type="no_error",rejection_code="400"}`]:
        '0x9 1x20',
    }),
    silent('another webhook', '5m', { [`${FAIL_OPEN}{name="other.example.com",type="validating"}`]: BORN_AT_5 }),
    boundary('over, five minutes after it', '10m', {
      [`${FAIL_OPEN}{name="${HOOK}-ignore",type="validating"}`]: BORN_AT_5,
    }),
  ],
};

const RESULTS = (result: string) =>
  `kyverno_validating_policy_results_total{policy_name="require-limits",result="${result}"}`;

const POLICY_ERROR: Alert = {
  name: 'AdmissionPolicyError',
  severity: 'warning',
  expr: `sum by (policy_name) (
  ${grown('kyverno_validating_policy_results_total{result="error"}', '10m')}
)`,
  summary: 'An admission policy cannot be evaluated',
  description:
    'The policy {{ $labels.policy_name }} failed with an error {{ $value | humanize }} times in the last 10 minutes, so that it decided nothing.',
  meaning:
    'An expression of the policy does not fit the object that it was asked about. That is neither a pass nor a refusal.',
  response: [
    'See the error: `kubectl -n kyverno logs deploy/kyverno-admission-controller --since=15m | grep <policy>`.',
    'Add the object to the tests of the policy and correct the expression, mostly for a field that may be absent.',
  ],
  tests: [
    fires(
      'the first error',
      '5m',
      { [RESULTS('error')]: BORN_AT_5 },
      { labels: { policy_name: 'require-limits' }, value: '1' },
    ),
    silent('refusals', '5m', { [RESULTS('fail')]: '0+5x20' }),
    silent('an error long ago', '15m', { [RESULTS('error')]: UNMOVED }),
    boundary('over, ten minutes after it', '15m', { [RESULTS('error')]: BORN_AT_5 }),
  ],
};

function decisionError(namespace: string): Alert {
  const series = (code: string) =>
    `http_request_duration_seconds_count{namespace="${namespace}",code="${code}",handler="v1/data",method="post"}`;
  const labels = { namespace, handler: 'v1/data', code: '500' };
  return {
    name: 'OpaDecisionError',
    severity: 'warning',
    expr: `sum by (namespace, handler, code) (
  ${grown(`http_request_duration_seconds_count{namespace="${namespace}",code=~"5.."}`, '5m')}
)`,
    summary: 'OPA fails to decide',
    description:
      'OPA answered {{ $value | humanize }} requests to {{ $labels.handler }} with {{ $labels.code }} in the last 5 minutes.',
    meaning: 'Who asks OPA and gets an error has to deny. Mostly the policies or their data cannot be read.',
    response: [
      `See the error: \`kubectl -n ${namespace} logs deploy/opa --since=15m | grep -i error\`.`,
      'Check the policies that were rolled out last: `opa check` and `opa test` over the rendered files.',
    ],
    tests: [
      fires('the first error', '5m', { [series('500')]: BORN_AT_5 }, { labels, value: '1' }),
      silent('decisions', '5m', { [series('200')]: '0+9x20' }),
      silent('an error long ago', '10m', { [series('500')]: UNMOVED }),
      boundary('over, five minutes after it', '10m', { [series('500')]: BORN_AT_5 }),
    ],
  };
}
