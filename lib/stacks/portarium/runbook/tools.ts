import {
  AUDIT_REASON,
  createPolicyCommand,
  DENIAL_REASON,
  deletePolicyCommand,
} from '../../../render/tools/tool-policy';
import { toolPolicyPath } from '../tools';
import { block, expected, type RunbookSubject, takeStep } from './section';

/** Tool allowlists: the control plane's policy. */
export function* tools(subject: RunbookSubject): Generator<string> {
  const { policies, portarium } = subject;
  yield '\n## 5. Tool allowlists\n\n';
  yield 'The first rule that holds decides. While the layer observes, the last rule allows all other tools and gives a reason; enforced, it denies them. The schema of the control plane has no third effect. The file is what the ConfigMap beside the control plane holds, too.\n';
  yield* block(...policies.map((policy) => createPolicyCommand(policy, toolPolicyPath(policy.workspaceId))));
  yield `\nLook for 48 hours at what would be denied:\n`;
  yield* block(
    `kubectl -n ${portarium.controlPlane.namespace} logs deploy/control-plane --since=48h --tail=-1 | grep -F '${AUDIT_REASON}'`,
  );
  yield expected('no tool that a workflow needs. Those that it does need go to `tools` in the environment file.');
  yield '\nThen enforce. A policy of the same id is replaced by deleting it and creating it again; in between no tool is denied:\n';
  yield* takeStep(subject, 'tools', { evidence: ' --logs calls.jsonl' });
  yield* block(
    ...policies.flatMap((policy) => [
      deletePolicyCommand(policy),
      createPolicyCommand(policy, toolPolicyPath(policy.workspaceId)),
    ]),
  );
  yield '\nCheck that it denies:\n';
  yield* block(...policies.map(({ workspaceId }) => tryTool(workspaceId)));
  yield expected(`\`PolicyDenied\` with the reason \`${DENIAL_REASON}\``);
}

/** Starts a workflow that asks for a tool off the list. */
export function tryTool(workspaceId: string): string {
  return `portarium run start --workflow-id <one that asks for a tool off the list> --workspace ${workspaceId}`;
}
