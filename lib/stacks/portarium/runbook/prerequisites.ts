import { agentLogs } from '../../../render/rollout/agent-command';
import { block, expected, expectedOutput, type RunbookSubject } from './section';

/** What has to hold before anything is enforced; the same that `rollout plan` asks for. */
export function* prerequisites(subject: RunbookSubject): Generator<string> {
  const { portarium, environment } = subject;
  yield '\n## 1. Before anything is enforced\n\nMore than 90 % of the calls of agents have to go through the control plane. Collect what they logged in the last seven days. Nodes keep little of it; take the same lines from your log store if you have one:\n';
  yield* block(
    ': > calls.jsonl',
    ...portarium.workspaces.map(({ agents }) => {
      return `${agentLogs({ namespace: agents.namespace, labels: agents.podLabels }, '168h')} >> calls.jsonl`;
    }),
    `jq -r '.classification // empty' calls.jsonl | sort | uniq -c`,
  );
  yield expected(
    '`control-plane-routed` has more than nine times as many lines as all others together. `rollout plan` counts them by workspace, and refuses otherwise.',
  );
  yield '\nWhat is called, to see that the allowlists name it:\n';
  yield* block(
    `jq -r 'select(.classification=="control-plane-routed") | .url' calls.jsonl | sort | uniq -c | sort -rn`,
  );
  yield expected(`each system of record that the workspaces need, and no other. \`EGRESS.md\` lists what is allowed.`);
  yield* controller(subject);
  yield `\nAlerts reach somebody:\n`;
  yield* block('kubectl get prometheusrules -A');
  yield expected('the rules of this roll-out, and none of their alerts firing in Alertmanager.');
  yield `\nAll of it together; \`refused\` in front of a gate means that the next step has to wait:\n`;
  yield* block(`portcullis rollout plan --env ${environment} --logs calls.jsonl`);
  yield expected('exit code 0, and the next step with what it changes.');
}

function* controller({ portarium }: RunbookSubject): Generator<string> {
  yield '\nThe policy controller runs on every node, and enforces:\n';
  if (portarium.dialect.policy.kind !== 'CiliumNetworkPolicy') {
    yield* block('kubectl get daemonsets -A');
    yield expected(
      'as many pods of the network plugin ready as are desired. Without one that enforces NetworkPolicies, they do nothing.',
    );
    return;
  }
  yield* block(
    'kubectl -n kube-system rollout status daemonset/cilium --timeout=1m',
    `kubectl -n kube-system get configmap cilium-config -o jsonpath='{.data.enable-policy} {.data.policy-audit-mode}{"\\n"}'`,
    'kubectl -n kube-system get configmap/cilium-config daemonset/cilium -o yaml > controller.yaml',
  );
  yield* expectedOutput(['daemon set "cilium" successfully rolled out', 'default false']);
  yield '\n`always` in place of `default` is as good, and so is nothing in place of `false`. With `never`, or with `true`, no policy of the whole cluster is enforced, and `rollout plan --controller controller.yaml` refuses.\n';
}
