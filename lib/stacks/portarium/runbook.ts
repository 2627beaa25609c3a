import { formatSpiffeId } from '../../model/identity/spiffe-id';
import { entriesDocument, parentOf } from '../../render/identity/entries';
import { deleteCommand, entryCommand } from '../../render/identity/entry-command';
import { createPolicyCommand, deletePolicyCommand, type ToolPolicy } from '../../render/tools/tool-policy';
import type { PortariumIdentity } from './identity';
import type { Portarium } from './portarium';
import { toolPolicyPath } from './tools';

/**
 * RUNBOOK.md: how identities and tool allowlists come into force, are checked, and are taken back.
 * @see SPIRE 1.15.3, doc/spire_server.md and doc/spire_agent.md, for the commands
 */
export function* runbook(
  portarium: Portarium,
  policies: readonly ToolPolicy[],
  identity: PortariumIdentity | undefined,
): Generator<string> {
  yield '# Identities and tool allowlists\n\nRun the commands from the folder of this file.\n';
  if (identity !== undefined) yield* identities(portarium, identity);
  yield* tools(policies);
  yield* rollBack(portarium, policies, identity);
}

function* block(...lines: readonly string[]): Generator<string> {
  yield `\n\`\`\`sh\n${lines.join('\n')}\n\`\`\`\n`;
}

function* identities(portarium: Portarium, identity: PortariumIdentity): Generator<string> {
  yield '\n## 1. Register the identities\n\n';
  yield identity.registrar === 'job'
    ? 'A Job registers them with the SPIRE server. It needs the socket of the server, which is an exemption from the baseline for this Job alone:\n'
    : 'The SPIRE controller manager turns the custom resources into entries:\n';
  yield* block('kubectl apply -k .');
  if (identity.registrar === 'job') {
    yield* block(
      ...(portarium.registration?.jobNames ?? []).map(
        (job) => `kubectl -n ${spireNamespace(portarium)} wait --for=condition=complete --timeout=10m job/${job}`,
      ),
    );
  } else {
    yield* block('kubectl get clusterspiffeids -o wide');
  }
  yield* byHand(portarium);
  yield* svidChecks(portarium, identity);
}

/** The same by hand, as the guide has it; only where entries have a parent to stand under. */
function* byHand(portarium: Portarium): Generator<string> {
  const { identities: registry } = portarium;
  if (registry?.alias === undefined) return;
  const { entries } = entriesDocument(registry.all, registry.alias);
  yield '\nBy hand it would be these commands, in the pod of the SPIRE server. The first makes the parent of the others: an entry under a parent that nobody registered issues nothing.\n';
  for (const entry of entries) yield* block(entryCommand(entry));
}

function* svidChecks(portarium: Portarium, identity: PortariumIdentity): Generator<string> {
  const { controlPlane, workspaces } = portarium;
  const spire = spireNamespace(portarium);
  yield '\n## 2. Check that SVIDs are issued and verified\n\nEvery identity has an entry:\n';
  for (const one of portarium.identities?.all ?? []) {
    yield* block(
      `kubectl -n ${spire} exec spire-server-0 -c spire-server -- /opt/spire/bin/spire-server entry show -spiffeID ${formatSpiffeId(one.spiffeId)}`,
    );
  }
  yield '\nExpected: one entry for each pod (controller manager), or one entry in all, with the selectors of namespace, service account and labels.\n';
  const [workspace] = workspaces;
  if (workspace === undefined) return;
  const account = workspace.agents.identity?.serviceAccount ?? 'default';
  yield '\nA pod of the agents is issued its SVID, and the control plane takes it. The image is of SPIRE, whose `spire-agent api` speaks to the socket:\n';
  yield* block(
    `kubectl -n ${workspace.podNamespace} exec deploy/agent -- spire-agent api fetch x509 -socketPath /run/spire/sockets/agent.sock -write /tmp`,
    `kubectl -n ${workspace.podNamespace} exec deploy/agent -- openssl x509 -in /tmp/svid.0.pem -noout -ext subjectAltName -enddate`,
    `kubectl -n ${workspace.podNamespace} exec deploy/agent -- curl --cert /tmp/svid.0.pem --key /tmp/svid.0.key --cacert /tmp/bundle.0.pem ${identity.baseUrl ?? `https://control-plane.${controlPlane.namespace}.svc:443`}/healthz`,
  );
  yield `\nExpected: \`URI:${formatSpiffeId((workspace.agents.identity as NonNullable<typeof workspace.agents.identity>).spiffeId)}\`, and an answer. Without \`--cert\` the handshake has to fail. A pod with the same labels under another service account than \`${account}\` gets no SVID: \`fetch\` says \`no identity issued\`.\n`;
}

function* tools(policies: readonly ToolPolicy[]): Generator<string> {
  yield '\n## 3. Bring the tool allowlists into force\n\n';
  yield 'The first rule that holds decides, and the last one denies. The file is what the ConfigMap beside the control plane holds, too.\n';
  yield* block(...policies.map((policy) => createPolicyCommand(policy, toolPolicyPath(policy.workspaceId))));
  yield '\nA tool that is on no list has to be refused with the reason `Tool not on workspace allowlist.`\n';
}

function* rollBack(
  portarium: Portarium,
  policies: readonly ToolPolicy[],
  identity: PortariumIdentity | undefined,
): Generator<string> {
  yield '\n## 4. Roll back, one layer at a time\n\nTool allowlists, after which no tool is denied by them:\n';
  yield* block(...policies.map(deletePolicyCommand));
  if (identity === undefined) return;
  yield '\nMutual TLS: set `identity.tlsMode: optional` in the environment file, render and apply. Agents fall back to plain TLS; identities stay registered.\n';
  yield* block(
    'kubectl apply -k .',
    `kubectl -n ${portarium.controlPlane.namespace} rollout restart deploy/control-plane`,
  );
  const { identities: registry } = portarium;
  if (identity.registrar !== 'job' || registry === undefined) return;
  yield '\nIdentities of a workspace that is gone: name it under `identity.job.retiredWorkspaces`, or remove its entry by hand:\n';
  const entries = entriesDocument(registry.all, registry.alias).entries.filter(({ spiffe_id }) =>
    registry.all.some((one) => formatSpiffeId(one.spiffeId) === spiffe_id && parentOf(one, registry.alias) !== ''),
  );
  yield* block(...entries.map(({ entry_id }) => deleteCommand(entry_id)));
}

function spireNamespace(portarium: Portarium): string {
  return portarium.spireNamespace;
}
