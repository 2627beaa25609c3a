import fc from 'fast-check';
import { expect, test } from 'vitest';
import { peersOverlap } from '../../../lib/model/overlap';
import { Peer } from '../../../lib/model/peer';
import { EndIndex } from '../../../lib/platform/end-index';
import { joinEdges } from '../../../lib/render/network/rule';
import { ciliumEdges, edge } from '../render/network/model';

test('finds every end that overlaps with a peer', () => {
  fc.assert(
    fc.property(
      fc.array(ciliumEdges('Egress'), { maxLength: 8 }),
      ciliumEdges('Egress').map(({ to }) => to.peer),
      (edges, peer) => {
        const rules = joinEdges(edges, 'Egress');
        const near = new EndIndex(rules).near(peer);
        const overlapping = rules.flatMap((rule) =>
          rule.ends.filter((end) => peersOverlap(peer, end.peer)).map((end) => ({ rule, end })),
        );
        expect(near).toEqual(expect.arrayContaining(overlapping));
      },
    ),
    { numRuns: 500 },
  );
});

test('looks at one of ten thousand workspaces that share a namespace', () => {
  const workspace = (index: number) =>
    Peer.pods({ namespace: 'agents', labels: { app: 'agent', workspace: `ws-${index}` } });
  const edges = Array.from({ length: 10_000 }, (_, index) => edge('Ingress', workspace(index)));
  const index = new EndIndex(joinEdges([...edges, edge('Ingress', Peer.entity('cluster'))], 'Ingress'));
  expect(index.near(workspace(77)).map(({ end }) => end.title)).toEqual([
    'agents/{app=agent,workspace=ws-77}',
    'entity cluster',
  ]);
});
