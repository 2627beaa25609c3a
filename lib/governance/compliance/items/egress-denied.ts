import { explain } from '../../../analysis/answer/explain';
import type { Side } from '../../../analysis/answer/explanation';
import { parsePort } from '../../../analysis/answer/port-query';
import type { Workload } from '../../../analysis/load/manifests';
import { labelArgument, NO_ANSWER, tryWorld } from '../../../render/rollout/agent-command';
import { agentsOf, type Evidence, type Facts, placeIn, resultOf, type WorkspaceItem } from '../item';
import type { WorkspaceState } from '../workspace-state';

const TCP = parsePort('tcp');

/** Seed 000, validation: "All agent pods subject to deny-by-default egress NetworkPolicy." */
export const egressDenied: WorkspaceItem = {
  id: 'egress-denied',
  title: 'All agent pods are subject to deny-by-default egress policies',
  judge: (facts, workspace) => {
    const { agents, layers } = workspace;
    const live = liveChecks(workspace);
    if (layers.egress !== 'enforce') {
      const problems = [
        layers.egress === 'held-back'
          ? 'the dialect cannot observe, so no policy is there'
          : 'policies deny nothing yet',
      ];
      return resultOf('observed', { problems, live: live.slice(0, 1) });
    }
    const workloads = agentsOf(facts, workspace);
    if (workloads.length === 0) {
      const problems = [`the manifests hold no pods with ${labelArgument(agents)} in ${agents.namespace}`];
      return resultOf('met', { problems, live });
    }
    const sides = workloads.flatMap((workload) => egressSides(facts, workload));
    const problems = new Set(sides.flatMap(({ because }) => (because === undefined ? [] : [OPEN[because]])));
    const evidence = problems.size === 0 ? [evidenceOf(facts, workloads, sides)] : [];
    return resultOf('met', { evidence, problems: [...problems], live });
  },
};

const OPEN: Readonly<Record<NonNullable<Side['because']>, string>> = {
  'not-restricted': 'no policy denies anything at the agents',
  'host-network': 'agents are on the network of their node, where no policy for pods holds',
  node: 'agents are taken for a node',
};

function evidenceOf(facts: Facts, workloads: readonly Workload[], sides: readonly Side[]): Evidence {
  const policies = new Map(sides.flatMap(({ isolating }) => isolating).map((place) => [place.object, place]));
  const agents = workloads.map(({ namespace, name }) => `${namespace}/${name}`).join(', ');
  return {
    by: 'analysis',
    says: `egress of ${agents} is denied by default, by ${[...policies.keys()].join(' and ')}`,
    places: [...policies.values()].map((place) => placeIn(facts, place)),
  };
}

function egressSides({ analysis }: Facts, { namespace, name, kind }: Workload): readonly Side[] {
  const from = { kind: 'workload', namespace, name, workload: kind } as const;
  const { verdicts } = explain(analysis, { from, to: { kind: 'entity', entity: 'world' }, port: TCP });
  return verdicts.flatMap(({ egress }) => (egress === undefined ? [] : [egress]));
}

function liveChecks({ agents }: WorkspaceState) {
  const { namespace } = agents;
  return [
    {
      command: `kubectl -n ${namespace} get pods -l ${labelArgument(agents)}`,
      expected: 'every agent of the workspace, and no pod of anybody else',
    },
    { command: tryWorld(agents), expected: NO_ANSWER },
  ];
}
