import { formatSpiffeId } from '../../../model/identity/spiffe-id';
import type { Workspace } from '../../../platform/workspace';
import { entriesDocument, parentOf } from '../../../render/identity/entries';
import { deleteCommand } from '../../../render/identity/entry-command';
import { agentLogs, inAgent, tryWorld } from '../../../render/rollout/agent-command';
import { deletePolicyCommand } from '../../../render/tools/tool-policy';
import { observing, policyNames, policySwitches } from './egress';
import { healthUrl, modes, restartAgents, restartControlPlane } from './mtls';
import { block, expected, expectedOutput, type RunbookSubject, takeStep } from './section';
import { tryTool } from './tools';

/** The way back, in the order of seed 000: tools, then mutual TLS, then egress, then phase 3. */
export function* rollBack(subject: RunbookSubject): Generator<string> {
  yield '\n## 7. Roll back\n\nOne layer at a time, and no further than it takes. The way back is always open: no gate refuses it. `--workspace <id>` takes back a single workspace.\n';
  yield* tools(subject);
  yield* mtls(subject);
  yield* egress(subject);
  yield* phaseThree(subject);
}

function* tools(subject: RunbookSubject): Generator<string> {
  yield '\n### 7.1 Tool allowlists\n\nAt once; after this no tool is denied:\n';
  yield* block(...subject.policies.map(deletePolicyCommand));
  yield '\nCheck:\n';
  yield* block(...subject.policies.map(({ workspaceId }) => tryTool(workspaceId)));
  yield expected('the run starts.');
  yield '\nThen say so in the environment file, or the next one who applies the files brings the denial back:\n';
  yield* takeStep(subject, 'tools', { back: true });
}

function* mtls(subject: RunbookSubject): Generator<string> {
  const { identity, portarium } = subject;
  yield '\n### 7.2 Mutual TLS\n';
  if (identity === undefined) {
    yield '\nThe environment has no identities, so there is nothing to take back.\n';
    return;
  }
  yield '\nAfter the tools. Agents fall back to plain TLS; identities stay registered:\n';
  yield* takeStep(subject, 'mtls', { back: true });
  yield* block(restartControlPlane(subject), ...portarium.workspaces.map(restartAgents));
  yield '\nCheck:\n';
  yield* modes(subject, 'optional');
  const [workspace] = portarium.workspaces;
  if (workspace !== undefined) {
    const agents = { namespace: workspace.agents.namespace, labels: workspace.agents.podLabels };
    yield* block(inAgent(agents, `curl -sS --max-time 5 --cacert /tmp/bundle.0.pem ${healthUrl(subject)}`));
    yield expected('an answer, without a certificate.');
  }
  yield* retiredIdentities(subject);
}

function* retiredIdentities({ portarium, identity }: RunbookSubject): Generator<string> {
  const { identities: registry } = portarium;
  if (identity?.registrar !== 'job' || registry === undefined) return;
  yield '\nIdentities of a workspace that is gone: name it under `identity.job.retiredWorkspaces`, or remove its entry by hand:\n';
  const entries = entriesDocument(registry.all, registry.alias).entries.filter(({ spiffe_id }) =>
    registry.all.some((one) => formatSpiffeId(one.spiffeId) === spiffe_id && parentOf(one, registry.alias) !== ''),
  );
  yield* block(...entries.map(({ entry_id }) => deleteCommand(entry_id)));
}

function* egress(subject: RunbookSubject): Generator<string> {
  const { portarium } = subject;
  const { canObserve, policy } = portarium.dialect;
  yield '\n### 7.3 Egress\n\nAfter the tools, since agents can then go around the control plane:\n';
  yield* takeStep(subject, 'egress', { back: true });
  if (canObserve) {
    yield '\nThe policies stay, and deny nothing. Check:\n';
    yield* block(...portarium.workspaces.map(policySwitches));
    const [workspace] = portarium.workspaces;
    if (workspace !== undefined) {
      yield* expectedOutput(observing(workspace), workspace);
    }
  } else {
    yield '\nThe policies are not rendered any more, but `kubectl apply` deletes nothing. Delete those of the workspaces whose stage was taken back:\n';
    yield* deletePolicies(portarium.workspaces, 'networkpolicy');
  }
  yield* block(
    ...portarium.workspaces.map(({ agents }) => tryWorld({ namespace: agents.namespace, labels: agents.podLabels })),
  );
  yield expected('an answer: agents reach everything again.');
  if (!canObserve) return;
  yield '\nAt once, if there is no time to render. It takes the ingress rules of the pods along:\n';
  yield* deleteAtOnce(portarium.workspaces, policy.kind.toLowerCase());
}

function* deletePolicies(workspaces: readonly Workspace[], kind: string): Generator<string> {
  yield* block(
    ...workspaces.map(
      (workspace) => `kubectl -n ${workspace.podNamespace} delete ${kind} ${policyNames(workspace).join(' ')}`,
    ),
  );
  yield expected('each policy `deleted`.');
}

/** Without a new stage the default deny of a shared namespace stays, and would cut a workspace off. */
function* deleteAtOnce(workspaces: readonly Workspace[], kind: string): Generator<string> {
  yield* deletePolicies(
    workspaces.filter(({ isolation }) => isolation === 'namespace'),
    kind,
  );
  for (const { workspaceId, podNamespace } of workspaces.filter(({ isolation }) => isolation === 'label')) {
    yield `\n\`${workspaceId}\` shares the namespace \`${podNamespace}\`, whose default deny would cut it off without its own policies: take it back by its stage alone.\n`;
  }
}

function* phaseThree({ portarium }: RunbookSubject): Generator<string> {
  yield '\n### 7.4 Back to phase 3\n\nOnly if agents have to call systems of record themselves again. Set the OpenClaw hook to audit mode where it is configured, restore the credentials of the agents from their backup, and restart them:\n';
  yield* block(
    'kubectl apply -f <backup of the credentials of the agents>',
    ...portarium.workspaces.map(restartAgents),
  );
  yield '\nCheck that calls are logged again, and none is blocked:\n';
  yield* block(
    ...portarium.workspaces.map(({ agents }) => {
      const logs = agentLogs({ namespace: agents.namespace, labels: agents.podLabels }, '10m');
      return `${logs} | jq -r '.classification // empty' | sort | uniq -c`;
    }),
  );
  yield expected('lines for `control-plane-routed`, and for `direct-sor-call` where agents call directly.');
}
