import { WORKLOAD_API_SOCKET } from '../../../model/identity/mtls';
import { formatSpiffeId } from '../../../model/identity/spiffe-id';
import { entriesDocument } from '../../../render/identity/entries';
import { entryCommand } from '../../../render/identity/entry-command';
import { inAgent } from '../../../render/rollout/agent-command';
import type { Portarium } from '../portarium';
import { block, expected, expectedOutput, type RunbookSubject } from './section';

/** How the workloads come to their identities, and how to see that they have them. */
export function* identities({ portarium, identity }: RunbookSubject): Generator<string> {
  if (identity === undefined) return;
  yield '\n## 2. Register the identities\n\n';
  yield identity.registrar === 'job'
    ? 'A Job registers them with the SPIRE server. It needs the socket of the server, which is an exemption from the baseline for this Job alone:\n'
    : 'The SPIRE controller manager turns the custom resources into entries:\n';
  yield* block('kubectl apply -k .');
  if (identity.registrar === 'job') {
    const jobs = portarium.registration?.jobNames ?? [];
    yield* block(
      ...jobs.map(
        (job) => `kubectl -n ${portarium.spireNamespace} wait --for=condition=complete --timeout=10m job/${job}`,
      ),
    );
    yield* expectedOutput(jobs.map((job) => `job.batch/${job} condition met`));
  } else {
    yield* block('kubectl get clusterspiffeids -o wide');
    yield expected('a row for each identity, and no failures in its status.');
  }
  yield* byHand(portarium);
  yield* svidChecks(portarium);
}

/** The same by hand, as the guide has it; only where entries have a parent to stand under. */
function* byHand(portarium: Portarium): Generator<string> {
  const { identities: registry } = portarium;
  if (registry?.alias === undefined) return;
  const { entries } = entriesDocument(registry.all, registry.alias);
  yield '\nBy hand it would be these commands, in the pod of the SPIRE server. The first makes the parent of the others: an entry under a parent that nobody registered issues nothing.\n';
  for (const entry of entries) yield* block(entryCommand(entry));
}

function* svidChecks(portarium: Portarium): Generator<string> {
  const { workspaces } = portarium;
  const spire = portarium.spireNamespace;
  yield '\n### Check that SVIDs are issued\n\nEvery identity has an entry:\n';
  for (const one of portarium.identities?.all ?? []) {
    yield* block(
      `kubectl -n ${spire} exec spire-server-0 -c spire-server -- /opt/spire/bin/spire-server entry show -spiffeID ${formatSpiffeId(one.spiffeId)}`,
    );
  }
  yield '\nExpected: one entry for each pod (controller manager), or one entry in all, with the selectors of namespace, service account and labels.\n';
  const [workspace] = workspaces;
  if (workspace === undefined) return;
  const agents = { namespace: workspace.agents.namespace, labels: workspace.agents.podLabels };
  yield `\nA pod of the agents is issued its SVID. The image is of SPIRE, whose \`spire-agent api\` speaks to the socket:\n`;
  yield* block(
    inAgent(agents, `spire-agent api fetch x509 -socketPath ${WORKLOAD_API_SOCKET} -write /tmp`),
    inAgent(agents, 'openssl x509 -in /tmp/svid.0.pem -noout -ext subjectAltName -enddate'),
  );
  const id = workspace.agents.identity;
  yield expected(
    `\`URI:${id === undefined ? 'the SPIFFE ID of the agents' : formatSpiffeId(id.spiffeId)}\`, and an end that moves on with every rotation.`,
  );
}
