import { WORKLOAD_API_SOCKET } from '../../../model/identity/mtls';
import { inAgent } from '../../../render/rollout/agent-command';
import { agentsOf, type Evidence, placeIn, resultOf, type WorkspaceItem } from '../item';

/** Seed 000, validation: "SPIRE SVIDs issued and rotating correctly." */
export const svids: WorkspaceItem = {
  id: 'svids',
  title: 'SPIRE SVIDs are issued and rotate',
  judge: (facts, workspace) => {
    const { agents, layers } = workspace;
    if (layers.mtls === 'off') return resultOf('observed', { problems: ['there are no identities'] });
    const pods = agentsOf(facts, workspace);
    const own = facts.entries.filter(({ workloads }) => workloads.some((workload) => pods.includes(workload)));
    const evidence = own.map(({ spiffeId, object, source, line }): Evidence => {
      return {
        by: 'file',
        says: `${object} registers ${spiffeId} for the agents`,
        places: [placeIn(facts, { ...source, line })],
      };
    });
    const live = [
      {
        command: inAgent(agents, `spire-agent api fetch x509 -socketPath ${WORKLOAD_API_SOCKET}`),
        expected: `${own[0]?.spiffeId ?? 'a SPIFFE ID'}, with a new serial number and time each time half of its life is over`,
      },
    ];
    const problems = own.length === 0 ? ['no entry registers the agents, so they are issued nothing'] : [];
    return resultOf('live', { evidence, problems, live });
  },
};
