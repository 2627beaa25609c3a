import { expect, test } from 'vitest';
import type { FleetCluster } from '../../../lib/fleet/cluster';
import { clusters, refused, vaultFleet } from './support';

test.each<[string, Record<string, unknown>, string, RegExp]>([
  ['no cluster', { clusters: [] }, 'empty-fleet', /has no cluster/],
  ['a headroom of everything', { headroom: 1 }, 'invalid-headroom', /headroom is 1/],
  ['a headroom that is a text', { headroom: '0.2' }, 'invalid-headroom', /headroom is 0.2/],
  ['two workspaces of one id', { workspaces: [{ id: 'x' }, { id: 'x' }] }, 'duplicate-workspace', /2 workspaces/],
  [
    'a workspace without id',
    { workspaces: [{ id: 'x' }, {}] },
    'invalid-workspace',
    /^workspace 2 of the fleet has no id$/,
  ],
  ['a cluster without name', { clusters: [{}] }, 'invalid-cluster', /^cluster 1 of the fleet has no name$/],
  ['a cluster without dialect', { clusters: [{ name: 'a' }] }, 'invalid-cluster', /cluster 'a' has no dialect/],
  ['a negative limit of all', { limits: { objects: -1 } }, 'invalid-limit', /the fleet: limits.objects is -1/],
  ['a limit of nothing known', { limits: { objcts: 1 } }, 'invalid-limit', /limits.objcts is nothing that is counted/],
  [
    'besides of nothing known',
    { clusters: [{ ...(clusters('a')[0] as FleetCluster), besides: { pods: 1 } }] },
    'invalid-cluster',
    /besides.pods is nothing that is counted/,
  ],
  [
    'a fleet that shrinks',
    { growth: { workspacesPerMonth: -5 } },
    'invalid-growth',
    /workspacesPerMonth of the fleet is -5/,
  ],
  [
    'a lead time that is no number',
    { growth: { workspacesPerMonth: 5, leadMonths: Number.NaN } },
    'invalid-growth',
    /leadMonths of the fleet is NaN/,
  ],
])('%s is a finding', (_, props, rule, message) => {
  expect(refused(() => vaultFleet({ clusters: clusters('a'), ...props }).plan())).toEqual([
    expect.objectContaining({ rule, severity: 'error', message: expect.stringMatching(message) }),
  ]);
});
