import type { Workspace } from '../../../platform/workspace';
import { NO_ANSWER, tryWorld } from '../../../render/rollout/agent-command';
import { block, expected, expectedOutput, type RunbookSubject, takeStep } from './section';

/** Network policies: observe, watch, enforce, check. */
export function* egress(subject: RunbookSubject): Generator<string> {
  yield '\n## 3. Egress\n';
  yield* subject.portarium.dialect.canObserve ? observe(subject) : heldBack(subject);
  yield* enforce(subject);
}

function* observe(subject: RunbookSubject): Generator<string> {
  const { portarium, environment } = subject;
  yield '\n### Observe\n\nSay `stage: { egress: observe, tools: observe }` for the workspace in the environment file. Its policies then match and allow, and deny nothing:\n';
  yield* block(
    `portcullis synth <program> --env ${environment}`,
    'kubectl apply -k .',
    ...portarium.workspaces.map(policySwitches),
  );
  const [workspace] = portarium.workspaces;
  if (workspace !== undefined) {
    yield* expectedOutput(observing(workspace), workspace);
  }
  yield '\nThe annotation `policy.cilium.io/audit-mode` does nothing: no controller reads it, and the policy enforces at once.\n';
  yield '\nWatch for 48 hours what the policies would drop. Flows of the time are recorded while the command runs, and judged by the manifests as they will be:\n';
  yield* block(
    `timeout 48h hubble observe ${namespaceArguments(portarium.workspaces)} --follow --output json > flows.jsonl`,
    'portcullis replay <folder rendered with the stage enforce> --flows flows.jsonl',
  );
  yield expected(
    'nothing that is needed is among what would be denied. What is needed goes to the allowlist of its workspace first, with its purpose.',
  );
}

function* heldBack({ portarium }: RunbookSubject): Generator<string> {
  yield `\n### Observe\n\nThe dialect \`${portarium.dialect.name}\` cannot observe. While the stage of egress is \`observe\`, the policies of the workspace are held back: they are not rendered, and nothing is enforced. Watch what the pods reach by the means of the network plugin, and compare it with \`EGRESS.md\`.\n`;
}

function* enforce(subject: RunbookSubject): Generator<string> {
  const { portarium } = subject;
  const isCilium = portarium.dialect.policy.kind === 'CiliumNetworkPolicy';
  const evidence = ` --logs calls.jsonl${isCilium ? ' --controller controller.yaml' : ''}`;
  yield '\n### Enforce\n\nOne workspace at a time: `--workspace <id>` narrows the step.\n';
  yield* takeStep(subject, 'egress', { evidence });
  yield expected(
    'the plan has no gate that is `refused`; `kubectl diff` shows the same objects as the plan. A gate that refuses is a reason to stop. `--force --reason <why>` goes on all the same, and writes the reason into the environment file.',
  );
  yield '\nThen check each workspace:\n';
  yield* block(...portarium.workspaces.map(isCilium ? policySwitches : policyList));
  const [workspace] = portarium.workspaces;
  if (workspace !== undefined) {
    const names = policyNames(workspace);
    yield* expectedOutput(isCilium ? names.map((name) => `${name}:`) : names, workspace);
  }
  yield* block(
    ...portarium.workspaces.map(({ agents }) => tryWorld({ namespace: agents.namespace, labels: agents.podLabels })),
  );
  yield expected(`\`${NO_ANSWER}\`. An answer means that the pods do not carry the labels that the policies select.`);
  if (!isCilium) return;
  yield* block(`hubble observe ${namespaceArguments(portarium.workspaces)} --verdict DROPPED --last 100`);
  yield expected('the attempt to reach 1.1.1.1, and nothing that a workflow needs.');
}

/** The policies of a workspace, by name. */
export function policyNames({ isolation, workspaceId }: Workspace): readonly string[] {
  return isolation === 'namespace'
    ? ['agent', 'default-deny', 'execution-plane']
    : [`${workspaceId}-agent`, `${workspaceId}-execution-plane`];
}

/** What policySwitches() prints while nothing is denied. */
export function observing(workspace: Workspace): readonly string[] {
  return policyNames(workspace).map((name) => `${name}: {"egress":false,"ingress":false}`);
}

/** Prints each policy with its switch: empty where it denies by default. */
export function policySwitches(workspace: Workspace): string {
  const names = policyNames(workspace).join(' ');
  const path = `{range .items[*]}{.metadata.name}{": "}{.spec.enableDefaultDeny}{"\\n"}{end}`;
  return `kubectl -n ${workspace.podNamespace} get ciliumnetworkpolicies ${names} -o jsonpath='${path}'`;
}

/** Prints the names of the policies. */
export function policyList(workspace: Workspace): string {
  const names = policyNames(workspace).join(' ');
  return `kubectl -n ${workspace.podNamespace} get networkpolicies ${names} -o custom-columns=NAME:.metadata.name --no-headers`;
}

/** Each namespace once; flows of any of them are shown. */
function namespaceArguments(workspaces: readonly Workspace[]): string {
  return [...new Set(workspaces.map(({ podNamespace }) => `--namespace ${podNamespace}`))].join(' ');
}
