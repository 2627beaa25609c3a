import { formatSpiffeId } from '../../../model/identity/spiffe-id';
import type { Workspace } from '../../../platform/workspace';
import { inAgent } from '../../../render/rollout/agent-command';
import { AGENT_CONFIG, CONTROL_PLANE_CONFIG } from '../identity';
import { block, expected, expectedOutput, type RunbookSubject, takeStep } from './section';

/** Mutual TLS between agents and the control plane. */
export function* mtls(subject: RunbookSubject): Generator<string> {
  const { portarium, identity } = subject;
  yield '\n## 4. Mutual TLS\n';
  if (identity === undefined) {
    yield '\nThe environment has no identities, so there is nothing to enforce. Add `portarium.identity` first; tools should not be enforced before.\n';
    return;
  }
  yield '\nWhile the layer observes, agents show their certificate if they have one, and fall back to plain TLS. The control plane insists on it once no workspace observes any more.\n';
  yield* takeStep(subject, 'mtls', { evidence: ' --logs calls.jsonl' });
  yield '\nBoth read their configuration when they start:\n';
  yield* block(restartControlPlane(subject), ...portarium.workspaces.map(restartAgents));
  yield '\nThe configurations say so:\n';
  yield* modes(subject, 'mtls');
  yield '\nA call with the certificate of the agent is answered, and one without is not:\n';
  const [workspace] = portarium.workspaces;
  if (workspace === undefined) return;
  const agents = { namespace: workspace.agents.namespace, labels: workspace.agents.podLabels };
  const url = healthUrl(subject);
  yield* block(
    inAgent(
      agents,
      `curl -sS --max-time 5 --cert /tmp/svid.0.pem --key /tmp/svid.0.key --cacert /tmp/bundle.0.pem ${url}`,
    ),
    inAgent(agents, `curl -sS --max-time 5 --cacert /tmp/bundle.0.pem ${url}`),
  );
  yield expected('an answer to the first, and a failed handshake for the second.');
  const id = workspace.agents.identity;
  if (id === undefined) return;
  yield `\nA pod with the same labels under another service account than \`${id.serviceAccount}\` is not \`${formatSpiffeId(id.spiffeId)}\`: \`spire-agent api fetch\` says \`no identity issued\`.\n`;
}

/** Prints what both configurations say, and what they have to. */
export function* modes({ portarium }: RunbookSubject, mode: 'mtls' | 'optional'): Generator<string> {
  const print = (namespace: string, name: string) =>
    `kubectl -n ${namespace} get configmap ${name} -o jsonpath='{.data.config\\.yaml}' | grep mode:`;
  yield* block(
    print(portarium.controlPlane.namespace, CONTROL_PLANE_CONFIG),
    ...portarium.workspaces.map(({ isolation, workspaceId, podNamespace }) => {
      return print(podNamespace, `${isolation === 'label' ? `${workspaceId}-` : ''}${AGENT_CONFIG}`);
    }),
  );
  yield* expectedOutput([`  mode: ${mode}`, ...portarium.workspaces.map(() => `    mode: ${mode}`)]);
}

export function restartControlPlane({ portarium }: RunbookSubject): string {
  return `kubectl -n ${portarium.controlPlane.namespace} rollout restart deploy/control-plane`;
}

/** The labels are known to be on the pods; whatever runs them starts them again. */
export function restartAgents({ podNamespace, agents }: Workspace): string {
  const labels = Object.entries(agents.podLabels).map(([key, value]) => `${key}=${value}`);
  return `kubectl -n ${podNamespace} delete pods -l ${labels.join(',')}`;
}

export function healthUrl({ portarium, identity }: RunbookSubject): string {
  return `${identity?.baseUrl ?? `https://control-plane.${portarium.controlPlane.namespace}.svc:443`}/healthz`;
}
