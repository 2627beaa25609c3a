import { verifyIdentities } from '../../analysis/identity/verify-identities';
import { agentLogs } from '../../render/rollout/agent-command';
import { agentsOf } from '../compliance/item';
import { type WorkspaceState, workspaceStates } from '../compliance/workspace-state';
import { type CallLog, callsOf, complianceText, isCompliant } from './call-log';
import { type Gate, type GateFacts, type GateResult, passed, refused } from './gate';

/** Seed 000, prerequisites: "Phase 3 (Routing by Default) complete -- routing compliance > 90%." */
const routingCompliance: Gate = ({ step, log, before }) => {
  const id = 'routing-compliance';
  const live = statesOf(before, step.workspaces).map(({ agents }) => ({
    command: `${agentLogs(agents, '168h')} >> calls.jsonl`,
    expected: 'the calls of the last seven days, for --logs calls.jsonl',
  }));
  if (log === undefined) {
    // Once egress is enforced, nothing goes round the control plane any more.
    if (step.layer !== 'egress') return undefined;
    return refused(id, 'no logs show how many calls go through the control plane', 'give them with --logs', live);
  }
  const judged = step.workspaces.map((workspace) => ({ workspace, ...judgement(log, workspace) }));
  const says = judged.map(({ workspace, text }) => `${workspace}: ${text}`).join('; ');
  if (judged.every(({ isEnough }) => isEnough)) return passed(id, `${says} go through the control plane`);
  return refused(
    id,
    `${says} go through the control plane, and more than 90 % have to`,
    'route the rest through the control plane first; they would be cut off',
    live,
  );
};

function judgement(log: CallLog, workspace: string): { readonly text: string; readonly isEnough: boolean } {
  const calls = callsOf(log, workspace);
  if (calls === undefined || calls.total === 0) return { text: 'none of 0 calls', isEnough: false };
  return { text: complianceText(calls), isEnough: isCompliant(calls) };
}

/** Seed 000, prerequisites: "SPIRE server deployed in-cluster", and agents that are registered with it. */
const identity: Gate = ({ step, settings, before }) => {
  const id = 'identity';
  if (settings.identity === undefined) {
    return refused(id, 'the environment has no identities, so nobody proves who they are', "add 'portarium.identity'");
  }
  const { entries } = verifyIdentities(before.manifests);
  const known = new Set(entries.flatMap(({ workloads }) => workloads));
  const missing = statesOf(before, step.workspaces).filter((state) => {
    const agents = agentsOf(before, state);
    return agents.length === 0 || !agents.every((agent) => known.has(agent));
  });
  if (missing.length > 0) {
    const ids = missing.map(({ workspace }) => workspace).join(', ');
    return refused(id, `nothing registers the agents of ${ids} with SPIRE`, 'give them an identity');
  }
  return passed(id, 'agents are registered with SPIRE', [
    { command: 'kubectl get clusterspiffeids,clusterstaticentries -o wide', expected: 'no failures in any row' },
  ]);
};

/** Seed 000, prerequisites: "Network policy controller (Cilium, Calico, or equivalent) operational." */
const policyController: Gate = ({ before: { environment }, controller }) => {
  const id = 'policy-controller';
  const { policyController: named, dialect, file } = environment;
  if (named === undefined) {
    const says = 'nobody is named who enforces NetworkPolicies, and without one they do nothing';
    return refused(id, says, `name the policyController in ${file}`);
  }
  if (!named.enabled) {
    return refused(id, `${named.name} is off, by policyController in ${file}`, 'turn it on, in the cluster and there');
  }
  if (dialect.kind === 'cilium' && named.name !== 'cilium') {
    const says = `CiliumNetworkPolicies are rendered, which ${named.name} does not enforce`;
    return refused(id, says, 'name cilium, or render for plain Kubernetes');
  }
  if (controller !== undefined && controller.problems.length > 0) {
    return refused(id, controller.problems.join('; '), 'turn enforcement on, and wait until it runs on every node');
  }
  if (controller !== undefined) return passed(id, `${named.name} enforces, by ${controller.seen.join(', ')}`);
  return passed(id, `${named.name} is said to enforce, in ${file}`, [
    named.name === 'cilium'
      ? {
          command: 'kubectl -n kube-system get configmap/cilium-config daemonset/cilium -o yaml > controller.yaml',
          expected: 'what --controller controller.yaml looks at',
        }
      : { command: 'kubectl get daemonsets -A', expected: `as many pods of ${named.name} ready as are desired` },
  ]);
};

/** Seed 000, prerequisites: "Tool allowlist defined per workspace." */
const toolAllowlist: Gate = ({ step, before }) => {
  const id = 'tool-allowlist';
  const maps = new Set(before.objects.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name));
  const missing = step.workspaces.filter((workspace) => !maps.has(`tool-allowlist-${workspace}`));
  if (missing.length === 0) return passed(id, 'each workspace has one');
  return refused(id, `${missing.join(', ')} has none`, "say 'tools' in the environment file");
};

/** Seed 000, prerequisites: "Monitoring and alerting from Phase 1 operational." */
const monitoring: Gate = () => ({
  id: 'monitoring',
  state: 'live',
  says: 'whether alerts reach anybody shows in the cluster alone',
  fix: 'look at it before going on',
  live: [
    {
      command: 'kubectl get prometheusrules -A',
      expected: 'the rules with the alerts of the roll-out, and none of them firing in Alertmanager',
    },
  ],
});

/** Seed 000, validation: "Direct SoR call count is zero for 48 hours", before further layers follow egress. */
const directCalls: Gate = ({ step, log }) => {
  const id = 'direct-calls';
  if (step.layer === 'egress' || log === undefined) return undefined;
  const direct = step.workspaces.flatMap((workspace) => {
    const count = callsOf(log, workspace)?.direct ?? 0;
    return count === 0 ? [] : [`${workspace}: ${count}`];
  });
  if (direct.length === 0) return passed(id, 'the logs hold no direct call to a system of record');
  const says = `the logs hold direct calls to systems of record (${direct.join('; ')})`;
  return refused(id, says, 'find out how they get there; enforced egress lets none through');
};

/** Seed 000, validation: what would be said to hold after the step, and would not. */
const validation: Gate = ({ step, after }) => {
  const id = 'validation';
  const problems = after.workspaces
    .filter(({ workspace }) => step.workspaces.includes(workspace))
    .flatMap(({ workspace, items }) =>
      items.filter(({ status }) => status === 'unmet').map((item) => `${workspace}: ${item.problems.join('; ')}`),
    );
  if (problems.length === 0) return passed(id, 'what manifests can prove of the checklist holds after the step');
  return refused(id, `after the step this would not hold: ${problems.join('. ')}`, 'see portcullis compliance');
};

const GATES: readonly Gate[] = [
  routingCompliance,
  identity,
  policyController,
  toolAllowlist,
  monitoring,
  directCalls,
  validation,
];

/** What has to hold before a step to enforce; the way back is always open. */
export function judgeGates(facts: GateFacts): readonly GateResult[] {
  if (facts.step.to === 'observe') return [];
  return GATES.map((gate) => gate(facts)).filter((result) => result !== undefined);
}

function statesOf({ manifests }: GateFacts['before'], ids: readonly string[]): readonly WorkspaceState[] {
  return workspaceStates(manifests).workspaces.filter(({ workspace }) => ids.includes(workspace));
}
